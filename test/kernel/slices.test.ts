/** Slices, delegation, drift and devices on a real cgroup v2. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const shell = (script: string, extra = ''): string =>
  `[Service]\nExecStart=/bin/sh -c '${script}'\n${extra}\n`

const cgroupOf = (pid: number): string =>
  join('/sys/fs/cgroup', /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))![1]!)

/** Looks again until it is so; the kernel tells nobody. */
async function eventually(isSo: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 15_000
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`not so: ${what}`)
    await delay(10)
  }
}

const read = (...parts: readonly string[]): string => readFileSync(join(...parts), 'utf8').trim()

describe('cgroups beyond the limits of one service', () => {
  const sandbox = new Sandbox({ settings: { CGROUP_ROOT: 'auto', ROLLBACK_ON_FAILURE: 'no' } })
  const folderOf = async (unit: string): Promise<string> => cgroupOf((await sandbox.unit(unit)).mainPid!)

  before(async () => {
    await sandbox.init({
      'shop.slice': '[Slice]\nTasksMax=12\nMemoryMax=200M\n',
      'a.service': shell('exec sleep 1000', 'Slice=shop.slice'),
      'b.service': shell('exec sleep 1000', 'Slice=shop.slice'),
      'limited.service': shell('exec sleep 1000', 'MemoryMax=64M\nTasksMax=30\nCPUWeight=50'),
      'user.service': shell('exec sleep 1000', 'User=nobody\nDelegate=yes'),
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('a slice has its limits, and its units lie in it', async () => {
    const folder = await folderOf('a.service')
    assert.equal(read(folder, '..', 'pids.max'), '12')
    assert.equal(read(folder, '..', 'memory.max'), String(200 * 1024 * 1024))
    assert.equal(join(folder, '..'), join(await folderOf('b.service'), '..'))
  })

  test('the limit of a slice holds for its units together', async () => {
    const eight = shell('for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait', 'Slice=shop.slice')
    await sandbox.deploy({ 'many.service': eight })
    const slice = join(await folderOf('a.service'), '..')
    await eventually(() => read(slice, 'pids.current') === '11', 'eleven of twelve')
    await sandbox.deploy({ 'one-more.service': shell('sleep 1000 & wait', 'Slice=shop.slice\nRestart=no') })
    const { lastExit } = await sandbox.reaches('one-more.service', 'failed')
    assert.deepEqual(lastExit?.exit, { kind: 'exited', code: 2 })
    assert.match(sandbox.readLog('one-more.service', 'err'), /Cannot fork/)
    await sandbox.deploy({ 'many.service': '', 'one-more.service': '' })
  })

  test('a changed slice is changed live', async () => {
    const { mainPid } = await sandbox.unit('a.service')
    await sandbox.deploy({ 'shop.slice': '[Slice]\nTasksMax=40\n' })
    const slice = join(await folderOf('a.service'), '..')
    assert.equal((await sandbox.unit('a.service')).mainPid, mainPid)
    assert.equal(read(slice, 'pids.max'), '40')
    assert.equal(read(slice, 'memory.max'), 'max')
  })

  test('what a slice withholds, nothing in it has: live, and back again', async () => {
    const inSlice = (slice: string) => shell('exec sleep 1000', `Slice=${slice}\nMemoryMax=50M\nTasksMax=20`)
    const shop = (lines: string) => `[Slice]\nTasksMax=40\nMemoryMax=200M\n${lines}\n`
    const units = { 'c.service': inSlice('shop.slice'), 'd.service': inSlice('shop-inner.slice') }
    await sandbox.deploy({ 'shop.slice': shop(''), ...units })
    const pids = [await sandbox.unit('c.service'), await sandbox.unit('d.service')].map(
      (unit) => unit.mainPid,
    )
    const folders = [await folderOf('c.service'), await folderOf('d.service')]
    const limit = String(50 * 1024 * 1024)
    for (const folder of folders) assert.equal(read(folder, 'memory.max'), limit)

    await sandbox.deploy({ 'shop.slice': shop('DisableControllers=memory io') })
    for (const folder of folders) {
      assert.ok(!existsSync(join(folder, 'memory.max')), folder)
      assert.equal(read(folder, 'pids.max'), '20')
    }
    const slice = join(await folderOf('a.service'), '..')
    // What holds for all of them together is the slice's own.
    assert.equal(read(slice, 'memory.max'), String(200 * 1024 * 1024))
    await sandbox.deploy({ 'late.service': inSlice('shop.slice') })
    assert.ok(!existsSync(join(await folderOf('late.service'), 'memory.max')))

    await sandbox.kill()
    await sandbox.start()
    await sandbox.deploy({ 'later.service': inSlice('shop-inner.slice') })
    assert.ok(!existsSync(join(await folderOf('later.service'), 'memory.max')), 'after a daemon’s end')

    await sandbox.deploy({ 'shop.slice': shop('') })
    for (const unit of ['c.service', 'd.service', 'late.service', 'later.service'])
      assert.equal(read(await folderOf(unit), 'memory.max'), limit, unit)
    writeFileSync(join(folders[0]!, 'memory.max'), 'max')
    await eventually(() => read(folders[0]!, 'memory.max') === limit, 'drift is noticed again')
    const now = [await sandbox.unit('c.service'), await sandbox.unit('d.service')].map((unit) => unit.mainPid)
    assert.deepEqual(now, pids)
    const gone = ['c.service', 'd.service', 'late.service', 'later.service'].map((unit) => [unit, ''])
    await sandbox.deploy({ 'shop.slice': '[Slice]\nTasksMax=40\n', ...Object.fromEntries(gone) })
  })

  test('a limit that somebody wrote by hand is put back, and said', async () => {
    const folder = await folderOf('limited.service')
    for (const [file, text] of [
      ['memory.max', '1000000000'],
      ['pids.max', 'max'],
      ['cpu.weight', '1'],
    ] as const) {
      const decided = read(folder, file)
      writeFileSync(join(folder, file), text)
      await eventually(() => read(folder, file) === decided, `${file} ${decided}`)
    }
    const slice = join(await folderOf('a.service'), '..')
    writeFileSync(join(slice, 'pids.max'), 'max')
    await eventually(() => read(slice, 'pids.max') === '40', 'pids.max of the slice')
    assert.match(sandbox.daemonOutput, /a limit was changed by hand and has been put back/)
  })

  test('drift is still noticed by a daemon that took over', async () => {
    await sandbox.kill()
    await sandbox.start()
    const folder = await folderOf('limited.service')
    writeFileSync(join(folder, 'pids.max'), 'max')
    await eventually(() => read(folder, 'pids.max') === '30', 'pids.max')
    const slice = join(await folderOf('a.service'), '..')
    writeFileSync(join(slice, 'pids.max'), 'max')
    await eventually(() => read(slice, 'pids.max') === '40', 'pids.max of the slice')
  })

  test('a delegated cgroup belongs to its user, and no other does', async () => {
    const folder = await folderOf('user.service')
    for (const file of ['.', 'cgroup.procs', 'cgroup.subtree_control'])
      assert.equal(statSync(join(folder, file)).uid, 65534, file)
    assert.equal(statSync(join(folder, 'memory.max')).uid, 0)
    assert.equal(statSync(await folderOf('a.service')).uid, 0)
  })

  test('a service cannot leave its cgroup where control groups are protected, nor as another user', async () => {
    const flee = (extra: string): string =>
      `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo 0 > /sys/fs/cgroup/cgroup.procs || echo kept; cat /proc/self/cgroup'\n${extra}\n`
    await sandbox.deploy({
      'flee.service': flee('User=nobody'),
      'flee-too.service': flee('ProtectControlGroups=yes'),
    })
    for (const unit of ['flee.service', 'flee-too.service']) {
      const text = sandbox.readLog(unit)
      assert.match(text, new RegExp(`^kept\n0::.*/${unit}\n$`))
    }
  })

  test('the cgroup of a slice that is gone is removed', async () => {
    const slice = join(await folderOf('a.service'), '..')
    await sandbox.deploy({ 'shop.slice': '', 'a.service': '', 'b.service': '' })
    assert.ok(!existsSync(slice))
  })
})
