/** LoadCredential= and SetCredential= (systemd.exec(5), CREDENTIALS): what the service finds, who else does, and when it is gone. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { byRoot } from '../support/host-supervisor.ts'
import { InsideView } from '../support/look-inside.ts'
import { untilSo } from '../support/until-so.ts'

const isRoot = process.getuid?.() === 0
const showAll = 'cd $CREDENTIALS_DIRECTORY && for f in *; do echo "$f=$(cat $f)"; done'

describe('credentials', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
    mkdirSync(view.path('keys/deep/er'), { recursive: true })
    mkdirSync(view.path('empty'))
    mkdirSync(view.path('runtime/credstore'), { recursive: true })
    const files = {
      file: 'from-file',
      'keys/a': 'of-a',
      'keys/deep/b': 'of-b',
      'keys/deep/er/c': 'of-c',
      'runtime/credstore/gitproc-stored': 'of-the-store',
    }
    for (const [path, text] of Object.entries(files)) writeFileSync(view.path(path), text, { mode: 0o600 })
    symlinkSync(view.path('file'), view.path('keys/link'))
  })
  after(() => view.close())

  type Row = readonly [title: string, lines: () => string, finds: string]
  const rows: readonly Row[] = [
    ['a file', () => `LoadCredential=key:${view.path('file')}`, 'key=from-file\n'],
    [
      'a folder: every file in it and below, and no link',
      () => `LoadCredential=key:${view.path('keys')}`,
      'key_a=of-a\nkey_deep_b=of-b\nkey_deep_er_c=of-c\n',
    ],
    ['an empty folder is no fault', () => `LoadCredential=key:${view.path('empty')}`, '*=\n'],
    ['a text', () => 'SetCredential=key:some\\x20text', 'key=some text\n'],
    [
      'a text where the file is missing',
      () => `LoadCredential=key:/no/such/file\nSetCredential=key:instead`,
      'key=instead\n',
    ],
    [
      'the file where there are both',
      () => `SetCredential=key:instead\nLoadCredential=key:${view.path('file')}`,
      'key=from-file\n',
    ],
    ['one of the host’s store, by its name', () => 'LoadCredential=key:gitproc-stored', 'key=of-the-store\n'],
    [
      'the same, without saying it twice',
      () => 'LoadCredential=gitproc-stored',
      'gitproc-stored=of-the-store\n',
    ],
    [
      'a name that no store has is left out',
      () => 'LoadCredential=key:gitproc-none\nSetCredential=other:x',
      'other=x\n',
    ],
    [
      'a text where no store has the name',
      () => 'LoadCredential=gitproc-none\nSetCredential=gitproc-none:x',
      'gitproc-none=x\n',
    ],
  ]
  for (const [title, lines, finds] of rows)
    it(title, async () => {
      for (const more of ['', 'PrivateMounts=yes\nPrivateTmp=yes', 'DynamicUser=yes']) {
        const user = more.startsWith('Dynamic') ? '' : 'User=nobody'
        const { text, status } = await view.look(`${user}\n${more}\n${lines()}`, showAll)
        assert.equal(text.replaceAll(/^cat: .*\n/gm, ''), finds, `${more} ${status.reason}`)
      }
    })

  it('an absolute path at which there is nothing fails the start with 243', async () => {
    const { status } = await view.look('LoadCredential=gone:/no/such/file', 'echo ran')
    assert.deepEqual(status.lastExit?.exit, { kind: 'exited', code: 243 })
    assert.match(status.reason, /LoadCredential=gone/)
  })

  it('are their service’s alone while it runs, and nowhere once it has ended', async () => {
    const unit = `[Service]\nUser=nobody\nSetCredential=key:very-s3cret\nExecStart=/bin/sleep 1000\nExecStopPost=/bin/cat \${CREDENTIALS_DIRECTORY}/key\nStandardOutput=null\n`
    view.host.define({ 'keeps.service': unit })
    await view.host.supervisor.start('keeps.service', byRoot)
    await view.host.until('keeps.service', 'running')
    const folder = view.path('runtime/credentials/keeps.service')
    assert.deepEqual([statSync(folder).uid, statSync(folder).mode & 0o7777], [65_534, 0o500])
    assert.deepEqual(
      [statSync(`${folder}/key`).uid, statSync(`${folder}/key`).mode & 0o7777],
      [65_534, 0o400],
    )
    const other = spawnSync('cat', [`${folder}/key`], { uid: 12_345, gid: 12_345, encoding: 'utf8' })
    assert.match(other.stderr, /Permission denied/)
    const pid = view.host.supervisor.status('keeps.service')!.mainPid!
    for (const file of ['environ', 'cmdline'])
      assert.doesNotMatch(readFileSync(`/proc/${pid}/${file}`, 'latin1'), /very-s3cret/)
    await view.host.supervisor.stop('keeps.service', byRoot)
    // The folders of a run go right after it, and not before it is told.
    await untilSo(() => !existsSync(folder))
    const status = view.host.supervisor.status('keeps.service')
    assert.equal(status?.result, 'success', 'what runs after the main process still has them')
    const { stdout } = spawnSync('grep', ['-rl', 'very-s3cret', view.path('run'), view.path('log')], {
      encoding: 'utf8',
    })
    assert.equal(stdout, '', 'neither a log nor the run directory has it')
  })
})
