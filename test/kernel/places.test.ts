/** A daemon in a part of the cgroup tree: delegated to an ordinary user, and all that a container sees of it. */
import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox, type SandboxOptions } from '../support/sandbox.ts'

const mount = '/sys/fs/cgroup'
const controllers = ['cpu', 'memory', 'io', 'pids']

/** Parents hand the controllers down, as systemd does for user@.service and container managers for containers. */
function makeCgroup(...names: readonly string[]): string {
  let path = mount
  for (const name of names) {
    for (const controller of controllers)
      writeFileSync(join(path, 'cgroup.subtree_control'), `+${controller}`)
    path = join(path, name)
    mkdirSync(path, { recursive: true })
  }
  return path
}

/** `$1`: the cgroup; after it, who to become. The pid stays that of the daemon. */
const enter = (path: string, ...then: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  'echo 0 >"$1/cgroup.procs" && shift && exec "$@"',
  'sh',
  path,
  ...then,
]

const cgroupOf = (pid: number): string =>
  join(mount, /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))![1]!)
const read = (pid: number, file: string): string => readFileSync(join(cgroupOf(pid), file), 'utf8').trim()

const sleeping = (lines: string): string => `[Service]\nExecStart=/bin/sleep 1000\n${lines}\n`

interface Place {
  readonly title: string
  readonly path: string
  readonly options: SandboxOptions
  /** Where in it the services must lie. */
  readonly below: RegExp
}

const nobody = 65534

function delegated(): Place {
  const path = makeCgroup('user.slice', `user-${nobody}.slice`, `user@${nobody}.service`, 'app.slice')
  for (const file of ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'])
    chownSync(join(path, file), nobody, nobody)
  const become = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--']
  return {
    title: 'in a subtree that was delegated to an ordinary user',
    path,
    options: { uid: nobody, gid: nobody, launcher: enter(path, ...become) },
    below: /^\/system\.slice\/limited\.service$/,
  }
}

function container(): Place {
  const path = makeCgroup('machine', 'container')
  const inside = 'umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"'
  const own = ['unshare', '--cgroup', '--mount', '--', '/bin/sh', '-c', inside, 'sh']
  return {
    title: 'in a container, whose tree is a part of the host’s',
    path,
    options: { launcher: enter(path, ...own) },
    below: /^\/gitproc-[0-9a-f]{8}\/system\.slice\/limited\.service$/,
  }
}

function service(): Place {
  const path = makeCgroup('system.slice', 'gitproc.service')
  return {
    title: 'in a service of systemd’s with Delegate=yes',
    path,
    options: { launcher: enter(path) },
    below: /^\/system\.slice\/limited\.service$/,
  }
}

for (const make of [delegated, container, service]) {
  const { title, path, options, below } = make()
  describe(`a daemon ${title}`, () => {
    const settings = { CGROUP_ROOT: 'auto', ROLLBACK_ON_FAILURE: 'no' }
    const sandbox = new Sandbox({ ...options, settings })
    before(async () => {
      await sandbox.init({
        'limited.service': sleeping('MemoryMax=64M\nTasksMax=20\nCPUQuota=50%'),
        'calm.service': sleeping(''),
      })
      await sandbox.start()
      await sandbox.synced()
    })
    after(() => sandbox.end())

    test('enforces limits, and says so', async () => {
      const { mainPid, notEnforced, reason } = await sandbox.unit('limited.service')
      assert.ok(mainPid !== undefined, reason)
      assert.deepEqual(notEnforced, [])
      assert.equal(read(mainPid, 'memory.max'), String(64 * 1024 * 1024))
      assert.equal(read(mainPid, 'pids.max'), '20')
      assert.equal(read(mainPid, 'cpu.max'), '50000 100000')
    })

    test('stays in its part of the tree, and apart from its services', async () => {
      const { mainPid } = await sandbox.unit('limited.service')
      assert.match(cgroupOf(mainPid!).slice(path.length), below)
      assert.ok(cgroupOf(mainPid!).startsWith(path))
      assert.equal(cgroupOf(sandbox.daemonPid), join(path, 'daemon'))
    })

    test('changes limits live', async () => {
      const before = await sandbox.unit('limited.service')
      await sandbox.deploy({ 'limited.service': sleeping('MemoryMax=96M\nTasksMax=20\nCPUQuota=50%') })
      const { mainPid } = await sandbox.unit('limited.service')
      assert.equal(mainPid, before.mainPid)
      assert.equal(read(mainPid!, 'memory.max'), String(96 * 1024 * 1024))
    })

    test('leaves nothing behind of a service that is gone', async () => {
      const folder = cgroupOf((await sandbox.unit('limited.service')).mainPid!)
      await sandbox.deploy({ 'limited.service': '' })
      assert.ok(!existsSync(folder))
    })
  })
}
