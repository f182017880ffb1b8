import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { startWaves, stopWaves } from '../../src/cli/stop-waves.ts'

const units = [
  { name: 'db', after: [] },
  { name: 'app', after: ['db'] },
  { name: 'worker', after: ['app', 'not-there'] },
  { name: 'cron', after: [] },
]

describe('stopping everything', () => {
  test('ends a unit before those that it started after', () => {
    assert.deepEqual(stopWaves(units), [['worker', 'cron'], ['app'], ['db']])
  })

  test('and starting goes the other way round', () => {
    assert.deepEqual(startWaves(units), [['db'], ['app'], ['worker', 'cron']])
  })

  test('names each unit exactly once, whatever the order, even a circular one', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const anyUnits = fc.tuple(...names.map((name) => fc.subarray(names).map((after) => ({ name, after }))))
    fc.assert(
      fc.property(anyUnits, (given) => {
        assert.deepEqual(stopWaves(given).flat().sort(), names)
      }),
    )
  })
})
