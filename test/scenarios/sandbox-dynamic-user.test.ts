/** DynamicUser=: a user that is only there while its service runs, and folders that outlive it; seen from inside and outside. */
import assert from 'node:assert/strict'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { InsideView } from '../support/look-inside.ts'

const isRoot = process.getuid?.() === 0
const bases = ['/var/lib', '/var/cache', '/var/log'] as const
const name = `gitproc-dynamic-${process.pid}`
const state = join('/var/lib', name)
const hidden = join('/var/lib/private', name)
const folders = `StateDirectory=${name}\nCacheDirectory=${name}\nLogsDirectory=${name}\nRuntimeDirectory=${name}`

describe('a dynamic user', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
  })
  after(async () => {
    await view.close()
    for (const base of bases)
      for (const path of [join(base, name), join(base, 'private', name)])
        rmSync(path, { recursive: true, force: true })
  })
  const look = (lines: string, script: string, called = 'dynamic-one.service') =>
    view.look(`DynamicUser=yes\n${lines}`, script, called)

  it('is one of its own, the same at each start, and another for another service', async () => {
    const script = 'id -u; id -g; echo $USER'
    const { text } = await look('', script, 'dynamic.service')
    const uid = Number(text.split('\n')[0])
    assert.ok(uid >= 61184 && uid <= 65519, text)
    assert.equal(text, `${uid}\n${uid}\ndynamic\n`)
    assert.equal((await look('', script, 'dynamic.service')).text, text + text)
    const other = await look('', 'id -u', 'dynamic-two.service')
    assert.notEqual(Number(other.text), uid)
  })

  it('is shut in: nothing to write but its folders and a /tmp of its own, no new rights', async () => {
    writeFileSync('/tmp/gitproc-outside', '')
    const script =
      'touch /var/x /usr/x /etc/x; ls /tmp; touch /tmp/mine && echo mine; cp /bin/true /tmp/t; chmod u+s /tmp/t; grep NoNew /proc/self/status; echo x > $HOME/x'
    const { text } = await look('', script, 'dynamic-shut.service')
    rmSync('/tmp/gitproc-outside')
    // /var, /usr, /etc and the home, which is /.
    assert.equal((text.match(/Read-only file system/g) ?? []).length, 4, text)
    assert.doesNotMatch(text, /gitproc-outside/)
    assert.match(text, /^mine$[\s\S]*chmod.*not permitted[\s\S]*NoNewPrivs:\t1\n/m)
  })

  it('has folders that outlive it where only root finds the way, and under their names all the same', async () => {
    const script = `for d in $STATE_DIRECTORY $CACHE_DIRECTORY $LOGS_DIRECTORY $RUNTIME_DIRECTORY; do echo $d; echo kept > $d/file; stat -L -c %u:%a $d; done; ls /var/lib/private; touch /var/lib/private/x`
    const { text, status } = await look(folders, script)
    const uid = statSync(hidden).uid
    const own = `${uid}:755`
    assert.equal(status.result, 'exit-code', 'the last touch is refused')
    assert.equal(
      text.split('touch')[0],
      `${state}\n${own}\n/var/cache/${name}\n${own}\n/var/log/${name}\n${own}\n${view.path('runtime', name)}\n${own}\n${name}\n`,
    )
    assert.match(text, /private\/x.*Read-only/)
    for (const base of bases) {
      assert.equal(readlinkSync(join(base, name)), `private/${name}`)
      assert.equal(statSync(join(base, 'private')).mode & 0o7777, 0o700)
      assert.equal(readFileSync(join(base, name, 'file'), 'utf8'), 'kept\n')
    }
    // What goes with the run is no danger to whoever has the uid next.
    assert.ok(!existsSync(view.path('runtime/private')))
  })

  it('another user finds no way into them, nor does another dynamic one', async () => {
    for (const lines of ['User=nobody', 'DynamicUser=yes']) {
      const { text } = await view.look(
        lines,
        `cat ${state}/file ${hidden}/file; ls /var/lib/private; echo done`,
      )
      assert.doesNotMatch(text, /kept/, lines)
      assert.match(text, /(denied|No such)[\s\S]*done/, lines)
    }
  })

  it('owns them at each start, whoever they belong to by then', async () => {
    const { uid } = statSync(hidden)
    for (const path of [hidden, join(hidden, 'file')]) chownSync(path, 12345, 12345)
    const { text } = await look(folders, `stat -c %u $STATE_DIRECTORY/file; cat $STATE_DIRECTORY/file`)
    assert.ok(text.endsWith(`${uid}\nkept\n`), text)
  })

  it('takes along what the service kept before, and leaves it behind when it is no dynamic user any more', async () => {
    const { text } = await view.look(
      `User=nobody\n${folders}`,
      'cat $STATE_DIRECTORY/file; stat -c %U $STATE_DIRECTORY',
    )
    assert.equal(text, 'kept\nnobody\n')
    assert.ok(lstatSync(state).isDirectory() && !existsSync(hidden))
    const again = await look(folders, 'echo back; cat $STATE_DIRECTORY/file')
    assert.ok(again.text.endsWith('back\nkept\n'), again.text)
    assert.ok(lstatSync(state).isSymbolicLink() && existsSync(join(hidden, 'file')))
  })

  it('does not start where something else has the name of its folder', async () => {
    rmSync(join('/var/cache', name))
    mkdirSync(join('/var/cache', name))
    const { status } = await look(folders, 'true')
    assert.deepEqual(status.lastExit?.exit, { kind: 'exited', code: 239 })
    assert.match(status.reason, /there already/)
    rmSync(join('/var/cache', name), { recursive: true })
  })

  it('has its folders below another root directory, too', async () => {
    const root = view.path('root')
    for (const folder of ['usr', 'bin', 'lib', 'lib64', 'var', 'etc', 'tmp', 'proc', 'dev', 'sys', 'run'])
      mkdirSync(join(root, folder), { recursive: true })
    const { text, status } = await look(
      `${folders}\nRootDirectory=${root}\nBindReadOnlyPaths=/usr /bin /lib /lib64`,
      'cat $STATE_DIRECTORY/file; touch $STATE_DIRECTORY/more && echo more',
      'dynamic-one.service',
    )
    assert.ok(text.endsWith('kept\nmore\n'), `${text} ${status.reason}`)
  })
})
