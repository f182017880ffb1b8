/** What services use, as the controllers of cgroup v2 count it. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UnitView } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

describe('usage on a kernel with cgroup v2', () => {
  const sandbox = new Sandbox({ settings: { CGROUP_ROOT: 'auto' } })
  const eater = `[Service]\nExecStart=${process.execPath} -e "let a = Buffer.alloc(60e6, 1); console.log(a.length); a = undefined; gc(); setInterval(() => {}, 1e9)"\nEnvironment=NODE_OPTIONS=--expose-gc\nMemoryMax=400M\n`

  before(async () => {
    await sandbox.init({
      'eater.service': eater,
      'family.service': "[Service]\nExecStart=/bin/sh -c 'sleep 1000 & sleep 1000 & exec sleep 1000'\n",
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('memory has a peak that stays when the memory is given back', async () => {
    let unit: UnitView
    do unit = await sandbox.unit('eater.service')
    while ((unit.memoryPeakBytes ?? 0) < 60e6)
    do unit = await sandbox.unit('eater.service')
    while (unit.memoryBytes! > unit.memoryPeakBytes! - 50e6)
    assert.ok(unit.memoryPeakBytes! >= 60e6)
    assert.equal(unit.memoryMaxBytes, 400 * 2 ** 20)
    assert.ok(unit.cpuUsageUsec! > 0)
  })

  test('every process counts as a task', async () => {
    let unit: UnitView
    do unit = await sandbox.unit('family.service')
    while (unit.tasks !== 3)
  })

  test('I/O is told by the controller, from zero on', async () => {
    const unit = await sandbox.unit('family.service')
    assert.ok(unit.ioReadBytes !== undefined && unit.ioWriteBytes !== undefined)
  })
})
