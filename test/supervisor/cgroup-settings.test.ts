import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cgroupSpecOf, memoryMaxBytes } from '../../src/supervisor/cgroup-settings.ts'
import { assign } from '../support/service-setting.ts'
import { someHost } from '../support/trees.ts'

test('MemoryLimit= limits the memory as MemoryMax= does', () => {
  const { unit } = assign('MemoryLimit', '64M')
  assert.equal(cgroupSpecOf(unit, someHost).settings['memory.max'], '67108864')
  assert.equal(memoryMaxBytes(unit), 67_108_864)
})

test('where both are set, MemoryMax= counts', () => {
  const { unit } = assign('MemoryLimit', '64M\nMemoryMax=32M')
  assert.equal(cgroupSpecOf(unit, someHost).settings['memory.max'], '33554432')
})
