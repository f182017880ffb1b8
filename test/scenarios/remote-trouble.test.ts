/** Trouble at a remote: the last good state keeps running, and status says what, since when, and what happens next. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { accepting, freePort } from '../support/free-port.ts'
import { Sandbox, type SandboxOptions } from '../support/sandbox.ts'
import { ServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

interface Scene {
  readonly upstream: Upstream
  readonly sandbox: Sandbox
  /** Of web.service, once the first push was applied. */
  readonly pid: number | undefined
}

const setUp = async (t: TestContext, settings: SandboxOptions['settings'] = {}): Promise<Scene> => {
  const upstream = new Upstream(temporaryDirectory(t))
  upstream.push({ 'web.service': staying('1'), 'readme.txt': 'x' }, 'first')
  const sandbox = new Sandbox({ settings: { REMOTE: `file://${upstream.bare}`, ...settings } })
  t.after(() => sandbox.end())
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  return { upstream, sandbox, pid: await pidOf(sandbox) }
}

const pidOf = async (sandbox: Sandbox): Promise<number | undefined> =>
  (await sandbox.unit('web.service')).mainPid

const mirrorOf = (sandbox: Sandbox): string => {
  const directory = join(sandbox.prefix, 'state', 'mirror')
  return join(directory, readdirSync(directory).find((name) => name.endsWith('.git')) as string)
}

/** Looks, which fails; gives what `gitproc status` then says. The service has not moved. */
const troubled = async ({ sandbox, pid }: Scene): Promise<string> => {
  assert.notEqual((await sandbox.gitproc('sync')).status, 0)
  assert.equal(await pidOf(sandbox), pid)
  return (await sandbox.gitproc('status')).stdout.replaceAll(/\s+/g, ' ')
}

/** Looks, which goes well: nothing is wrong any more, and the service has not moved. */
const recovered = async ({ sandbox, pid }: Scene): Promise<void> => {
  const synced = await sandbox.gitproc('sync', '--wait')
  assert.equal(synced.status, 0, synced.stderr + sandbox.daemonOutput)
  assert.deepEqual((await sandbox.status()).notices, [])
  assert.equal(await pidOf(sandbox), pid)
}

test('a branch that is deleted and made again: what runs goes on, and the new one is followed', async (t) => {
  const scene = await setUp(t)
  scene.upstream.onServer('update-ref', '-d', 'refs/heads/main')
  assert.match(await troubled(scene), /OUT OF SYNC \(branch is missing\).*has no branch main any more/)
  await scene.sandbox.kill()
  await scene.sandbox.start()
  await scene.sandbox.until((status) => status.syncReason === 'BranchMissing')
  assert.equal(await pidOf(scene.sandbox), scene.pid)
  const sha = scene.upstream.push({ 'other.service': staying('new') }, 'again')
  await recovered(scene)
  assert.equal((await scene.sandbox.status()).revision?.sha, sha)
})

test('a remote that is gone is said to be gone, and is followed when it is back', async (t) => {
  const scene = await setUp(t)
  renameSync(scene.upstream.bare, `${scene.upstream.bare}.away`)
  const said = await troubled(scene)
  assert.match(said, /SYNC UNKNOWN.*there is no repository at file:.*next try in \d+s \(\d+s ago\)/)
  const json = JSON.parse((await scene.sandbox.gitproc('status', '-o', 'json')).stdout)
  assert.equal(json.notices[0].code, 'git/no-repository')
  assert.ok(json.notices[0].nextTryAtMs > json.notices[0].sinceMs)
  renameSync(`${scene.upstream.bare}.away`, scene.upstream.bare)
  await recovered(scene)
})

test('a damaged mirror is made anew by itself, whatever is damaged', async (t) => {
  const scene = await setUp(t)
  const mirror = mirrorOf(scene.sandbox)
  const damages: Readonly<Record<string, () => void>> = {
    'a pack cut short': () => {
      for (const name of packs(mirror)) truncateSync(join(mirror, 'objects/pack', name), 40)
    },
    'no objects': () => rmSync(join(mirror, 'objects'), { recursive: true }),
    'a ref of zeros': () => writeFileSync(join(mirror, 'refs/heads/main'), Buffer.alloc(41)),
    'no HEAD': () => rmSync(join(mirror, 'HEAD')),
    'a lock that nobody holds': () => writeFileSync(join(mirror, 'shallow.lock'), ''),
    'an empty directory': () => {
      rmSync(mirror, { recursive: true })
      mkdirSync(mirror)
    },
    nothing: () => rmSync(mirror, { recursive: true, force: true }),
  }
  for (const [what, damage] of Object.entries(damages)) {
    await scene.sandbox.kill()
    damage()
    const sha = scene.upstream.push({ 'other.service': staying(what.replaceAll(' ', '-')) }, what)
    await scene.sandbox.start()
    await recovered(scene)
    assert.equal((await scene.sandbox.status()).revision?.sha, sha, what)
  }
})

test('a mirror that is damaged while the daemon runs is made anew, too', async (t) => {
  const scene = await setUp(t)
  const mirror = mirrorOf(scene.sandbox)
  const damages: readonly (() => void)[] = [
    () => writeFileSync(join(mirror, 'refs/heads/main'), Buffer.alloc(41)),
    () => rmSync(join(mirror, 'objects/pack'), { recursive: true, force: true }),
    () => rmSync(mirror, { recursive: true, force: true }),
  ]
  for (const [index, damage] of damages.entries()) {
    damage()
    await scene.sandbox.gitproc('sync') // finds out, at the latest
    await scene.sandbox.until(({ notices, sync }) => notices.length === 0 && sync === 'Synced')
    await recovered(scene)
    damage()
    const sha = scene.upstream.push({ 'other.service': staying(String(index)) }, 'new')
    await recovered(scene)
    assert.equal((await scene.sandbox.status()).revision?.sha, sha)
    execFileSync('git', ['fsck', '--full'], { cwd: mirror, stdio: 'pipe' })
  }
})

test('a mirror whose packs were cut short is made anew although the remote has not moved', async (t) => {
  const scene = await setUp(t)
  const mirror = mirrorOf(scene.sandbox)
  await scene.sandbox.kill()
  for (const name of packs(mirror)) truncateSync(join(mirror, 'objects/pack', name), 40)
  await scene.sandbox.start()
  await recovered(scene)
  execFileSync('git', ['fsck', '--full'], { cwd: mirror, stdio: 'pipe' })
})

test('an ordinary user follows a remote, too', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can become another user')
  const prefix = temporaryDirectory(t)
  execFileSync('chmod', ['755', prefix])
  const upstream = new Upstream(prefix)
  upstream.push({ 'web.service': staying('1') }, 'first')
  const sandbox = new Sandbox({ settings: { REMOTE: `file://${upstream.bare}` }, uid: 65_534, gid: 65_534 })
  t.after(() => sandbox.end())
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  const sha = upstream.push({ 'web.service': staying('2') }, 'second')
  assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
  assert.equal((await sandbox.status()).revision?.sha, sha)
})

test('a fetch that died in the middle leaves nothing that is in the way', async (t) => {
  const scene = await setUp(t)
  const mirror = mirrorOf(scene.sandbox)
  await scene.sandbox.kill()
  mkdirSync(`${mirror}.new/objects/pack`, { recursive: true })
  renameSync(mirror, `${mirror}.old`)
  await scene.sandbox.start()
  await recovered(scene)
  scene.upstream.push({ 'web.service': staying('1') }, 'same')
  await recovered(scene)
  assert.ok(existsSync(join(mirror, 'HEAD')))
})

test('a full disk: the last good state runs on, and the fetch is done when there is room', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can mount a small file system')
  const before = { end: (): void => undefined }
  t.after(() => before.end())
  const scene = await setUp(t)
  const { sandbox, upstream } = scene
  await sandbox.kill()
  const directory = join(sandbox.prefix, 'state', 'mirror')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', directory], { stdio: 'pipe' })
  } catch {
    return t.skip('no tmpfs can be mounted here')
  }
  before.end = () => void execFileSync('umount', ['-l', directory])
  await sandbox.start()
  await recovered(scene)
  const noise = Buffer.from(
    Array.from({ length: 700_000 }, (_, index) => (index * 7919 * (index % 251)) & 255),
  )
  upstream.push({ 'blob.txt': noise.toString('base64') }, 'too much')
  const said = await troubled(scene)
  assert.match(said, /the mirror of the remote cannot be written: no space is left/)
  assert.equal((await sandbox.status()).notices[0]?.code, 'git/unwritable')
  execFileSync('mount', ['-o', 'remount,size=64m', directory])
  await recovered(scene)
})

test('a remote that sends too much is cut off', async (t) => {
  const scene = await setUp(t, { REMOTE_MAX_SIZE: '256K' })
  const noise = execFileSync('head', ['-c', '1000000', '/dev/urandom'])
  writeFileSync(join(scene.upstream.workTree, 'noise'), noise)
  scene.upstream.push({}, 'too much')
  assert.match(await troubled(scene), /the remote sent more than/)
  assert.equal((await scene.sandbox.status()).notices[0]?.code, 'git/too-large')
})

test('a server that takes our connection and says nothing is given up in time', async (t) => {
  const sockets: Socket[] = []
  const silent = createTcpServer((socket) => {
    sockets.push(socket.on('error', () => undefined).resume())
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  for (const url of [`http://127.0.0.1:${port}/shop.git`, `git://127.0.0.1:${port}/shop.git`]) {
    const sandbox = new Sandbox({ settings: { REMOTE: url, REMOTE_TIMEOUT: '1s' } })
    t.after(() => sandbox.end())
    await sandbox.start()
    const failed = await sandbox.gitproc('sync')
    assert.match(failed.stderr, /it did not answer in time/)
    assert.equal((await sandbox.status()).notices[0]?.code, 'git/unreachable')
  }
})

test('a web server that is no git server is named as such', async (t) => {
  const web = createServer((_, response) => response.end('<html>hello</html>'))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    web.closeAllConnections()
    web.close()
  })
  const sandbox = new Sandbox({
    settings: { REMOTE: `http://127.0.0.1:${(web.address() as AddressInfo).port}/shop.git` },
  })
  t.after(() => sandbox.end())
  await sandbox.start()
  assert.match((await sandbox.gitproc('sync')).stderr, /does not answer as a git server: it sends a web page/)
})

test('a submodule among the units is refused with a sentence, and what runs goes on', async (t) => {
  const scene = await setUp(t)
  const { upstream, sandbox } = scene
  upstream.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', upstream.bare, 'more')
  upstream.push({}, 'with a submodule')
  await sandbox.gitproc('sync', '--wait')
  assert.match(
    (await sandbox.gitproc('status')).stdout,
    /more is a submodule, and gitproc reads no submodules/,
  )
  assert.equal(await pidOf(sandbox), scene.pid)
  upstream.git('rm', '-q', '-f', 'more', '.gitmodules')
  upstream.push({}, 'without')
  await recovered(scene)
})

test('a revision older than the history on hand is fetched when a rollback asks for it', async (t) => {
  const scene = await setUp(t, { REMOTE_DEPTH: '2' })
  const first = scene.upstream.onServer('rev-parse', 'main')
  for (let step = 1; step <= 30; step++)
    scene.upstream.push({ 'other.service': staying(String(step)) }, `step ${step}`)
  await recovered(scene)
  const back = await scene.sandbox.gitproc('rollback', first, '--yes')
  assert.equal(back.status, 0, back.stderr)
  assert.deepEqual(
    (await scene.sandbox.status()).units.map(({ name }) => name),
    ['web.service'],
  )
  assert.equal(await pidOf(scene.sandbox), scene.pid)
})

test('a remote that refuses our push says why, and nothing is rolled back', async (t) => {
  const scene = await setUp(t)
  const { upstream, sandbox } = scene
  const second = upstream.push({ 'web.service': staying('2') }, 'second')
  await sandbox.gitproc('sync', '--wait')
  const hook = join(upstream.bare, 'hooks', 'pre-receive')
  writeFileSync(hook, '#!/bin/sh\necho "this branch is protected" >&2\nexit 1\n', { mode: 0o755 })
  const refused = await sandbox.gitproc('rollback', 'HEAD~1', '--yes')
  assert.notEqual(refused.status, 0)
  assert.match(refused.stderr, /did not take the commit: .*(protected|declined)/)
  assert.equal((await sandbox.status()).revision?.sha, second)
  assert.equal(upstream.onServer('rev-parse', 'main'), second)
})

test('git daemon serves a remote', async (t) => {
  const upstream = new Upstream(temporaryDirectory(t))
  upstream.push({ 'units/web.service': staying('1'), 'web.service': 'not ours' }, 'first')
  const port = await freePort()
  const args = [
    'daemon',
    '--export-all',
    '--reuseaddr',
    `--base-path=${upstream.projects}`,
    '--listen=127.0.0.1',
    `--port=${port}`,
  ]
  const server = new ServerProcess('git', args)
  t.after(() => server.end())
  await accepting(port, () => server.output)
  const sandbox = new Sandbox({ settings: { REMOTE: `git://127.0.0.1:${port}/shop.git`, PATH: 'units' } })
  t.after(() => sandbox.end())
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  const pid = await pidOf(sandbox)
  await server.end()
  const scene = { upstream, sandbox, pid }
  assert.match(await troubled(scene), /cannot reach git:.*: it refuses connections/)
  const again = new ServerProcess('git', args)
  t.after(() => again.end())
  await accepting(port, () => again.output)
  await recovered(scene)
})

test('a bare repository that another user pushes to is a remote by its path', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can be two users')
  const prefix = temporaryDirectory(t)
  execFileSync('chmod', ['755', prefix])
  const upstream = new Upstream(prefix)
  execFileSync('chown', ['-R', 'nobody:nogroup', upstream.projects, upstream.workTree])
  const asNobody = (...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=N', '-c', 'user.email=n@example.org', '-C', upstream.workTree]
    const who = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--', 'git']
    execFileSync('setpriv', [...who, ...identity, ...args], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    })
  }
  const push = (salt: string): void => {
    writeFileSync(join(upstream.workTree, 'web.service'), staying(salt))
    asNobody('add', '--all')
    asNobody('commit', '-q', '-m', salt)
    asNobody('push', '-q', upstream.bare, 'HEAD:main')
  }
  push('1')
  const sandbox = new Sandbox({ settings: { REMOTE: upstream.bare } })
  t.after(() => sandbox.end())
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  push('2')
  assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
  assert.match((await sandbox.status()).revision?.subject ?? '', /^2$/)
})

const packs = (mirror: string): readonly string[] =>
  readdirSync(join(mirror, 'objects/pack')).filter((name) => name.endsWith('.pack'))

test('a branch that was rewritten by force is followed by default, with a warning', async (t) => {
  const scene = await setUp(t)
  const { upstream, sandbox } = scene
  upstream.push({ 'other.service': staying('1') }, 'to be forgotten')
  await recovered(scene)
  upstream.git('reset', '-q', '--hard', 'HEAD~1')
  const sha = upstream.push({ 'third.service': staying('1') }, 'instead')
  assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
  const status = await sandbox.status()
  assert.equal(status.revision?.sha, sha)
  assert.ok(status.notices.length > 0, 'the warning')
  assert.equal(await pidOf(sandbox), scene.pid)
})
