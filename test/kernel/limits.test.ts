/** Limits of cgroup v2 that are really enforced, seen from the kernel's side. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const shell = (script: string, extra = ''): string =>
  `[Service]\nExecStart=/bin/sh -c '${script}'\n${extra}\n`

/** The cgroup directory of a process, by what the kernel says. */
const cgroupOf = (pid: number): string =>
  join('/sys/fs/cgroup', /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))![1]!)

const cgroupFile = (pid: number, file: string): string =>
  readFileSync(join(cgroupOf(pid), file), 'utf8').trim()

const usageUsec = (pid: number): number => Number(/^usage_usec (\d+)$/m.exec(cgroupFile(pid, 'cpu.stat'))![1])

describe('limits on a kernel with cgroup v2', () => {
  const sandbox = new Sandbox({ settings: { CGROUP_ROOT: 'auto', ROLLBACK_ON_FAILURE: 'no' } })
  before(async () => {
    await sandbox.init({ 'calm.service': shell('exec sleep 1000', 'MemoryMax=64M\nTasksMax=30') })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('MemoryMax= and TasksMax= stand in the cgroup of the service', async () => {
    const { mainPid } = await sandbox.unit('calm.service')
    assert.equal(cgroupFile(mainPid!, 'memory.max'), String(64 * 1024 * 1024))
    assert.equal(cgroupFile(mainPid!, 'pids.max'), '30')
  })

  test('the shim is never in the cgroup of its service', async () => {
    const { mainPid } = await sandbox.unit('calm.service')
    const pids = cgroupFile(mainPid!, 'cgroup.procs').split('\n')
    const shims = pids.filter(
      (pid) => pid !== '0' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('shim.sh'),
    )
    assert.deepEqual(shims, [])
  })

  test('a changed MemoryMax= is written live, without a new pid', async () => {
    const before = await sandbox.unit('calm.service')
    await sandbox.deploy({ 'calm.service': shell('exec sleep 1000', 'MemoryMax=96M\nTasksMax=30') })
    const after = await sandbox.unit('calm.service')
    assert.equal(after.mainPid, before.mainPid)
    assert.equal(cgroupFile(after.mainPid!, 'memory.max'), String(96 * 1024 * 1024))
  })

  test('a service over MemoryMax= is killed, and the cause says OOM', async () => {
    const hungry = `[Service]\nExecStart=${process.execPath} -e 'const a=[];for(;;)a.push(Buffer.alloc(1e6,1))'\nMemoryMax=80M\nMemorySwapMax=0\n`
    await sandbox.deploy({ 'hungry.service': hungry })
    const unit = await sandbox.reaches('hungry.service', 'failed')
    assert.equal(unit.result, 'oom-kill')
    assert.match(unit.reason, /OOM|memory/i)
    await sandbox.deploy({ 'hungry.service': '' })
  })

  test('where two processes are taken at once, both ends are named', async () => {
    const eat = 'const a=[];for(;;)a.push(Buffer.alloc(1e6,1))'
    const script = `const {spawn}=require("child_process");spawn(process.execPath,["-e",${JSON.stringify(eat)}]);${eat}`
    const pair = `[Service]\nExecStart=${process.execPath} -e '${script}'\nMemoryMax=120M\nMemorySwapMax=0\nOOMPolicy=continue\n`
    await sandbox.deploy({ 'pair.service': pair })
    const unit = await sandbox.reaches('pair.service', 'failed')
    assert.equal(unit.result, 'oom-kill', unit.reason)
    assert.equal(unit.lastExit?.oomKilled, true)
    await sandbox.deploy({ 'pair.service': '' })
  })

  test('an end for lack of memory is named also when there was no daemon to see it', async () => {
    const go = join(sandbox.prefix, 'go')
    const eat = `const {existsSync:is}=require("fs");setInterval(()=>{if(!is("${go}"))return;const a=[];for(;;)a.push(Buffer.alloc(1e6,1))},20)`
    const unseen = `[Service]\nExecStart=${process.execPath} -e '${eat}'\nMemoryMax=80M\nMemorySwapMax=0\n`
    await sandbox.deploy({ 'unseen.service': unseen })
    const { mainPid } = await sandbox.reaches('unseen.service', 'running')
    await sandbox.kill()
    writeFileSync(go, '')
    await sandbox.exec('tail', ['--pid', String(mainPid), '-f', '/dev/null'])
    await sandbox.start()
    const unit = await sandbox.reaches('unseen.service', 'failed')
    assert.equal(unit.result, 'oom-kill', unit.reason)
    assert.equal(unit.lastExit?.oomKilled, true)
    assert.match((await sandbox.gitproc('why', 'unseen')).stdout, /lack\s+of\s+memory\s+\(OOM\)/)
    await sandbox.deploy({ 'unseen.service': '' })
  })

  test('two busy loops under CPUQuota=20% get a fifth of a core', async () => {
    await sandbox.deploy({
      'busy.service': shell('while :; do :; done & while :; do :; done', 'CPUQuota=20%'),
    })
    const { mainPid } = await sandbox.unit('busy.service')
    assert.equal(cgroupFile(mainPid!, 'cpu.max'), '20000 100000')
    const [usage, start] = [usageUsec(mainPid!), performance.now()]
    await delay(3000) // a share of time can only be seen over time
    const share = (usageUsec(mainPid!) - usage) / 1000 / (performance.now() - start)
    assert.ok(share > 0.1 && share < 0.3, `share of a core: ${share}`)
    await sandbox.deploy({ 'busy.service': '' })
  })

  test('a fork bomb under TasksMax=20 is contained', async () => {
    await sandbox.deploy({ 'bomb.service': shell('while :; do sleep 1000 & done', 'TasksMax=20') })
    const { mainPid } = await sandbox.unit('bomb.service')
    await sandbox.until(
      () =>
        mainPid === undefined ||
        !existsSync(`/proc/${mainPid}`) ||
        Number(cgroupFile(mainPid, 'pids.current')) >= 19,
    )
    if (existsSync(`/proc/${mainPid}`)) assert.ok(Number(cgroupFile(mainPid!, 'pids.current')) <= 20)
    await sandbox.deploy({ 'bomb.service': '' })
  })

  test('the cgroup of a unit that is gone is removed', async () => {
    await sandbox.deploy({ 'brief.service': shell('exec sleep 1000') })
    const cgroup = cgroupOf((await sandbox.unit('brief.service')).mainPid!)
    assert.ok(existsSync(cgroup))
    await sandbox.deploy({ 'brief.service': '' })
    assert.ok(!existsSync(cgroup))
  })

  test('nothing is said to be unenforced where everything is', async () => {
    const status = await sandbox.status()
    assert.deepEqual(
      status.limitations.filter((sentence) => /memory|cpu|tasks|pids/i.test(sentence)),
      [],
    )
  })
})
