/** The directories at the top of the cgroup tree: each daemon's own goes with it, or with a later daemon. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { candidate, openCgroupRoot, readSituation } from '../../src/executor/cgroup-root.ts'
import { leaseRoot } from '../../src/executor/root-lease.ts'
import { Sandbox } from '../support/sandbox.ts'

const situation = readSituation(process.getuid?.() === 0)
const id = (): string => randomBytes(4).toString('hex')
const why =
  process.getuid?.() !== 0
    ? 'needs root'
    : situation === undefined || openCgroupRoot(candidate(situation, 'gitproc')) === undefined
      ? 'no cgroup v2 can be written here'
      : false

describe('the root of a daemon’s cgroups', { skip: why }, () => {
  /** Stands for the top of the tree: the roots of real daemons are none of ours. */
  const top = situation === undefined ? '' : candidate(situation, `gitproc-test-${id()}`)
  const make = (): string => {
    const path = join(top, `gitproc-${id()}`)
    mkdirSync(join(path, 'system.slice'), { recursive: true })
    return path
  }
  after(() => rmdirSync(top))

  it('goes when the daemon ends and nothing runs in it', async () => {
    const path = make()
    const lease = await leaseRoot(path)
    lease.release()
    assert.ok(!existsSync(path))
  })

  it('goes with a later daemon when its own was killed, but not while another uses it', async () => {
    const [mine, used, left, other] = [make(), make(), make(), join(top, 'somebody')]
    mkdirSync(other)
    const user = await leaseRoot(used)
    const young = await leaseRoot(mine)
    await young.swept
    assert.ok(existsSync(left), 'young')
    const lease = await leaseRoot(mine, 0)
    await lease.swept
    assert.ok(!existsSync(left))
    assert.ok(existsSync(used))
    assert.ok(existsSync(other))
    for (const each of [user, young, lease]) each.release()
    rmdirSync(other)
  })

  it('stays while its services run, and goes with the daemon that stops them', async () => {
    const sandbox = new Sandbox({ settings: { CGROUP_ROOT: 'auto' } })
    const unit = '[Service]\nExecStart=/bin/sleep 1000\n'
    await sandbox.init({ 'a.service': unit, 'b@.service': unit, 'all.target': '[Unit]\nWants=b@x.service\n' })
    await sandbox.start()
    await sandbox.synced()
    const { mainPid } = await sandbox.unit('a.service')
    const { mainPid: instance } = await sandbox.unit('b@x.service')
    const inMount = async (pid: number) => join(situation!.mount, (await cgroupOf(sandbox, pid)).slice(1))
    const root = join(await inMount(mainPid!), '..', '..')
    assert.match(basename(root), /^gitproc-[0-9a-f]{8}$/)
    assert.equal(await inMount(instance!), join(root, 'system.slice', 'system-b.slice', 'b@x.service'))
    await sandbox.kill('SIGTERM')
    assert.ok(existsSync(root))
    await sandbox.start()
    await sandbox.end()
    assert.ok(!existsSync(root))
  })
})

const cgroupOf = async (sandbox: Sandbox, pid: number): Promise<string> =>
  /^0::(.*)$/m.exec((await sandbox.exec('cat', [`/proc/${pid}/cgroup`])).stdout)?.[1] ?? ''
