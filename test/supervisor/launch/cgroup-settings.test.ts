import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cgroupSpecOf,
  changedCgroupSpec,
  memoryMaxBytes,
} from '../../../src/supervisor/launch/cgroup-settings.ts'
import { loadUnit } from '../../../src/units/load.ts'
import { assign } from '../../support/service-setting.ts'
import { someHost, treeOf } from '../../support/trees.ts'

test('MemoryLimit= limits the memory as MemoryMax= does', () => {
  const { unit } = assign('MemoryLimit', '64M')
  assert.equal(cgroupSpecOf(unit, someHost).settings['memory.max'], '67108864')
  assert.equal(memoryMaxBytes(unit), 67_108_864)
})

test('where both are set, MemoryMax= counts', () => {
  const { unit } = assign('MemoryLimit', '64M\nMemoryMax=32M')
  assert.equal(cgroupSpecOf(unit, someHost).settings['memory.max'], '33554432')
})

test('old names have the weights of cgroup v2', () => {
  assert.equal(cgroupSpecOf(assign('CPUShares', '1024').unit, someHost).settings['cpu.weight'], '100')
  assert.equal(
    cgroupSpecOf(assign('BlockIOWeight', '1000').unit, someHost).settings['io.weight'],
    'default 200',
  )
  const { unit } = assign('CPUShares', '2048\nCPUWeight=50')
  assert.equal(cgroupSpecOf(unit, someHost).settings['cpu.weight'], '50')
})

test('limits of devices are one line for each device', () => {
  const { unit } = assign(
    'IOReadBandwidthMax',
    '/dev/sda 1M\nIOWriteIOPSMax=/dev/sda 50\nIOReadIOPSMax=/dev/sdb infinity',
  )
  assert.equal(
    cgroupSpecOf(unit, someHost).settings['io.max'],
    '/dev/sda rbps=1000000 wiops=50\n/dev/sdb riops=max',
  )
})

test('what is not said of a device any more is taken back', () => {
  const earlier = assign('IOReadBandwidthMax', '/dev/sda 1M\nIODeviceWeight=/dev/sda 300\nIOWeight=50').unit
  const { settings } = changedCgroupSpec(assign('IOWeight', '60').unit, earlier, someHost)
  assert.equal(settings['io.max'], '/dev/sda rbps=max wbps=max riops=max wiops=max')
  assert.equal(settings['io.weight'], 'default 100\n/dev/sda default\ndefault 60')
})

test('OOMPolicy=kill takes all of the unit at once', () => {
  assert.equal(cgroupSpecOf(assign('OOMPolicy', 'kill').unit, someHost).settings['memory.oom.group'], '1')
})

test('DisableControllers= of a slice withholds controllers from what is in it, until it says nothing of them', () => {
  const sliceOf = (lines: string) =>
    loadUnit('shop.slice', treeOf({ 'shop.slice': `[Slice]\n${lines}` }), someHost)!
  const withholding = sliceOf('DisableControllers=memory\nDisableControllers=io cpu\n')
  const open = sliceOf('DisableControllers=memory\nDisableControllers=\n')
  assert.deepEqual(cgroupSpecOf(withholding, someHost).withheld, ['memory', 'io', 'cpu'])
  assert.equal(cgroupSpecOf(open, someHost).withheld, undefined)
  assert.deepEqual(changedCgroupSpec(withholding, open, someHost).withheld, ['memory', 'io', 'cpu'])
  assert.equal(changedCgroupSpec(open, withholding, someHost).withheld, undefined)
  // Below a service there are only cgroups of its own.
  assert.equal(cgroupSpecOf(assign('DisableControllers', 'memory').unit, someHost).withheld, undefined)
})
