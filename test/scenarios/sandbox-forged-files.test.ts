/** A service puts links, pipes and other processes' numbers where root will look: nothing of the host's becomes its own. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Folder } from '../../src/supervisor/launch/folder.ts'
import { chownTree, removeTree } from '../../src/supervisor/launch/folder-tree.ts'
import { pinForeignFile } from '../../src/supervisor/launch/trusted-file.ts'
import { byRoot } from '../support/host-supervisor.ts'
import { InsideView } from '../support/look-inside.ts'
import { untilSo } from '../support/until-so.ts'

const isRoot = process.getuid?.() === 0
const nobody = { uid: 65534, gid: 65534 }

describe('files that a service forges', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  /** A folder of nobody's, in which everything may be put. */
  let theirs: string
  let secret: string

  before(async () => {
    view = await InsideView.open()
    theirs = view.path('theirs')
    secret = view.path('secret')
    mkdirSync(theirs)
    chownSync(theirs, nobody.uid, nobody.gid)
    writeFileSync(secret, 'KEY=s3cret\n', { mode: 0o600 })
  })
  after(() => view.close())

  const forge = (name: string, make: (path: string) => void): string => {
    const path = join(theirs, name)
    rmSync(path, { recursive: true, force: true })
    make(path)
    return path
  }
  const link = (name: string): string => forge(name, (path) => symlinkSync(secret, path))
  const hardLink = (name: string): string => forge(name, (path) => linkSync(secret, path))
  const pipe = (name: string): string => forge(name, (path) => spawnSync('mkfifo', [path]))
  const way = (name: string): string =>
    join(
      forge(name, (path) => symlinkSync(dirname(secret), path)),
      'secret',
    )

  it('what it writes goes to no file that it chose by a link', async () => {
    for (const kind of ['append', 'truncate', 'file'])
      for (const path of [link('out'), hardLink('hard'), way('way')]) {
        const { status } = await view.look(`User=nobody\nStandardOutput=${kind}:${path}`, 'echo pwned')
        assert.deepEqual(status.lastExit?.exit, { kind: 'exited', code: 209 }, `${kind} ${path}`)
        assert.match(status.reason, /link that somebody else/)
      }
    const { status } = await view.look(`User=nobody\nStandardError=append:${link('err')}`, 'echo pwned >&2')
    assert.deepEqual(status.lastExit?.exit, { kind: 'exited', code: 222 })
    assert.equal(readFileSync(secret, 'utf8'), 'KEY=s3cret\n')
  })

  it('a file of its own, and a link of root’s, are fine', async () => {
    const own = join(theirs, 'own.log')
    const { status } = await view.look(`User=nobody\nStandardOutput=append:${own}`, 'echo fine')
    assert.equal(status.subState, 'dead', status.reason)
    symlinkSync(own, view.path('by-root.log'))
    await view.look(`User=nobody\nStandardOutput=append:${view.path('by-root.log')}`, 'echo too')
    assert.equal(readFileSync(own, 'utf8'), 'fine\ntoo\n')
  })

  it('what it writes goes to what was looked at, however fast it swaps its file for a link', async () => {
    const path = join(theirs, 'swapped.log')
    forge('swapped.log', (made) => writeFileSync(made, ''))
    chownSync(path, nobody.uid, nobody.gid)
    const swap = `cd ${theirs}; ln -sf ${secret} a-link; while :; do mv -T swapped.log kept; mv -T a-link swapped.log; mv -T swapped.log a-link; mv -T kept swapped.log; done`
    const swapper = spawn('sh', ['-c', swap], { stdio: 'ignore', detached: true, ...nobody })
    let written = 0
    try {
      for (let round = 0; round < 40; round += 1) {
        const { status } = await view.look(
          `User=nobody\nStandardOutput=append:${path}\nStandardError=append:${path}`,
          'echo pwned',
        )
        if (status.subState === 'dead') written += 1
        else assert.match(status.reason, /somebody else|STDOUT/, status.reason)
      }
    } finally {
      process.kill(-swapper.pid!, 'SIGKILL')
    }
    assert.equal(readFileSync(secret, 'utf8'), 'KEY=s3cret\n')
    assert.ok(written > 0, 'it was its own file at times')
  })

  it('what a stream means is held from the look on, and nothing else comes along to the service', async () => {
    const path = forge('held', (made) => writeFileSync(made, 'first\n'))
    const fd = pinForeignFile(path, { makes: true })
    assert.ok(fd !== undefined)
    rmSync(path)
    symlinkSync(secret, path)
    assert.equal(readFileSync(`/proc/self/fd/${fd}`, 'utf8'), 'first\n')
    closeSync(fd)
    // Where nobody else can swap anything, nothing has to be held.
    assert.equal(pinForeignFile(view.path('secret'), { makes: true }), undefined)
    const out = join(theirs, 'new.log')
    const { status } = await view.look(
      `User=nobody\nPrivatePIDs=yes\nStandardOutput=append:${out}\nStandardError=truncate:${out}.err\nStandardInput=file:${forge('in-put', (made) => writeFileSync(made, 'read\n'))}`,
      'exec 2>/dev/null; cat; ls /proc/self/fd',
    )
    assert.equal(status.subState, 'dead', status.reason)
    // 0, 1, 2, and that of ls itself; what whoever started the tests left open is none of it.
    assert.match(readFileSync(out, 'utf8'), /^read\n0\n1\n2\n(\d{2,}\n)*3\n$/)
    assert.equal(statSync(out).mode & 0o777, 0o644)
  })

  it('a link in a folder for all is followed if root made it, and by nobody else’s doing', async () => {
    const shared = view.path('shared')
    mkdirSync(shared)
    chmodSync(shared, 0o1777)
    symlinkSync(secret, join(shared, 'forged'))
    lchownSync(join(shared, 'forged'), nobody.uid, nobody.gid)
    for (const line of ['StandardOutput=append:', 'EnvironmentFile=', 'LoadCredential=key:']) {
      const { status } = await view.look(`User=nobody\n${line}${join(shared, 'forged')}`, 'echo pwned')
      // With fs.protected_symlinks the kernel itself refuses what we did not look at first.
      assert.match(status.reason, /somebody else|EACCES/, line)
    }
    assert.equal(readFileSync(secret, 'utf8'), 'KEY=s3cret\n')
    symlinkSync(view.path('roots.log'), join(shared, 'fine'))
    const { status } = await view.look(
      `User=nobody\nStandardOutput=append:${join(shared, 'fine')}`,
      'echo fine',
    )
    assert.equal(status.subState, 'dead', status.reason)
    assert.equal(readFileSync(view.path('roots.log'), 'utf8'), 'fine\n')
  })

  it('what root reads for it is no file that it chose by a link, and no pipe that holds root up', async () => {
    for (const path of [link('env'), hardLink('env-too'), way('env-way'), pipe('env-pipe')]) {
      for (const line of [`EnvironmentFile=${path}`, `LoadCredential=key:${path}`]) {
        const { text, status } = await view.look(
          `User=nobody\n${line}`,
          'env; cat $CREDENTIALS_DIRECTORY/key',
        )
        assert.equal(status.subState, 'failed', line)
        assert.match(status.reason, /somebody else|is a pipe/, line)
        assert.doesNotMatch(text, /s3cret/)
      }
    }
    const { status } = await view.look(`User=nobody\nStandardInput=file:${link('in')}`, 'cat')
    assert.deepEqual(status.lastExit?.exit, { kind: 'exited', code: 208 })
  })

  it('a file too large for memory is not read', async () => {
    const large = forge('large', (path) => spawnSync('truncate', ['-s', '1T', path]))
    for (const line of [`EnvironmentFile=${large}`, `LoadCredential=key:${large}`])
      assert.match((await view.look(line, 'true')).status.reason, /larger than/)
  })

  it('a folder that becomes another user’s takes nothing along that only has a name in it', async () => {
    const state = view.path('state')
    mkdirSync(join(state, 'sub'), { recursive: true })
    writeFileSync(join(state, 'sub', 'own'), '')
    for (const path of [state, join(state, 'sub'), join(state, 'sub', 'own')]) chownSync(path, 1, 1)
    linkSync(secret, join(state, 'hard'))
    symlinkSync(secret, join(state, 'soft'))
    symlinkSync(view.prefix, join(state, 'sub', 'out'))
    const folder = Folder.open(state)
    await chownTree(folder, nobody, 1)
    folder.close()
    assert.equal(statSync(secret).uid, 0)
    assert.equal(statSync(view.prefix).uid, 0)
    for (const path of [state, join(state, 'sub'), join(state, 'sub', 'own')])
      assert.equal(statSync(path).uid, nobody.uid, path)
  })

  it('a folder that becomes a link just while root is in it leads nowhere', async () => {
    const victim = view.path('victim')
    mkdirSync(victim)
    writeFileSync(join(victim, 'file'), '')
    const state = view.path('swapped')
    mkdirSync(join(state, 'a'), { recursive: true })
    const swap = `cd ${state}; while :; do mv a b; ln -s ${victim} a; rm a; mv b a; done`
    const swapper = spawn('sh', ['-c', swap], { stdio: 'ignore', detached: true })
    const untilMs = performance.now() + 1500
    while (performance.now() < untilMs) {
      const folder = Folder.open(state)
      await chownTree(folder, nobody, 0).catch(gone)
      folder.close()
    }
    await removeTree(state).catch(gone)
    process.kill(-swapper.pid!, 'SIGKILL')
    await new Promise((resolve) => swapper.once('exit', resolve))
    assert.equal(statSync(join(victim, 'file')).uid, 0)
    assert.equal(statSync(victim).uid, 0)
    await removeTree(state)
    assert.ok(!existsSync(state))
  })

  it('what goes with a run is removed, and not what links in it lead to', async () => {
    const lines = 'User=nobody\nRuntimeDirectory=goes goes/deep'
    const script = `cd $(dirname ${view.path('runtime/goes/x')}) && rmdir deep && ln -s ${dirname(secret)} deep && mkdir -p d/e/f && ln -s ${secret} d/e/f/g && chmod 0 d/e`
    const { status } = await view.look(lines, script)
    assert.equal(status.subState, 'dead', status.reason)
    await untilSo(() => !existsSync(view.path('runtime/goes')))
    assert.ok(existsSync(secret))
  })

  it('its PID file names a process of its own, or none', async () => {
    const strangers = spawn('sleep', ['1000'])
    const pids = [1, process.pid, strangers.pid!]
    writeFileSync(view.path('roots.pid'), `${strangers.pid}\n`)
    try {
      for (const pid of pids) {
        await expectNoMain(`echo ${pid} > ${join(theirs, 'app.pid')}`, join(theirs, 'app.pid'))
      }
      // Root's own file, but reached by a way of theirs, or under a name of theirs.
      forge('way', (path) => symlinkSync(view.prefix, path))
      await expectNoMain('true', join(theirs, 'way', 'roots.pid'))
      forge('hard.pid', (path) => linkSync(view.path('roots.pid'), path))
      await expectNoMain('true', join(theirs, 'hard.pid'))
      pipe('pipe.pid')
      await expectNoMain('true', join(theirs, 'pipe.pid'))
    } finally {
      strangers.kill()
    }
  })

  async function expectNoMain(script: string, pidFile: string): Promise<void> {
    const name = 'forks.service'
    const unit = `[Service]\nType=forking\nUser=nobody\nPIDFile=${pidFile}\nTimeoutStartSec=700ms\nExecStart=/bin/sh -c '${script}; sleep 1000 &'\n`
    view.host.define({ [name]: unit })
    await view.host.supervisor.start(name, byRoot)
    await view.host.until(name, 'failed', 'running')
    const status = view.host.supervisor.status(name)
    assert.equal(status?.subState, 'failed', `${pidFile}: ${status?.mainPid}`)
  }
})

const gone = (error: NodeJS.ErrnoException): void => {
  if (!['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'ELOOP'].includes(error.code ?? '')) throw error
}
