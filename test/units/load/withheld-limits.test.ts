import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadUnits } from '../../../src/units/load.ts'
import { service, someHost, treeOf } from '../../support/trees.ts'

const said = (files: Readonly<Record<string, string>>): readonly string[] =>
  loadUnits(treeOf(files), someHost)
    .diagnostics.filter(({ code }) => code === 'not-enforced')
    .map(({ position, message }) => `${position.file}: ${message}`)

test('a limit below a slice that withholds its controller is said to hold for nothing', () => {
  const limits = 'Slice=shop-inner.slice\nMemoryMax=1G\nIOWeight=50\nTasksMax=9\nCPUQuota=5%\nAllowedCPUs=0'
  const units = { 'a.service': service(limits), 'other.service': service('MemoryMax=1G') }
  assert.deepEqual(said({ ...units, 'shop.slice': '[Slice]\nDisableControllers=memory io\n' }), [
    'a.service: MemoryMax= holds for nothing: shop.slice has DisableControllers=memory',
    'a.service: IOWeight= holds for nothing: shop.slice has DisableControllers=io',
  ])
  assert.deepEqual(said({ ...units, 'shop-inner.slice': '[Slice]\nDisableControllers=cpu pids cpuset\n' }), [
    'a.service: TasksMax= holds for nothing: shop-inner.slice has DisableControllers=pids',
    'a.service: CPUQuota= holds for nothing: shop-inner.slice has DisableControllers=cpu',
    'a.service: AllowedCPUs= holds for nothing: shop-inner.slice has DisableControllers=cpuset',
  ])
  assert.deepEqual(said({ ...units, 'shop.slice': '[Slice]\nMemoryMax=1G\n' }), [])
})

test('a slice keeps its own limits, whatever it withholds from those in it', () => {
  const files = { 'shop.slice': '[Slice]\nDisableControllers=memory\nMemoryMax=1G\n' }
  assert.deepEqual(said(files), [])
  assert.deepEqual(said({ ...files, 'shop-inner.slice': '[Slice]\nMemoryHigh=1G\n' }), [
    'shop-inner.slice: MemoryHigh= holds for nothing: shop.slice has DisableControllers=memory',
  ])
})
