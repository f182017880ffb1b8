import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { downsample } from '../../../src/supervisor/metrics/downsample.ts'
import type { Point } from '../../../src/supervisor/metrics/history.ts'

const point = (atMs: number, changed: Partial<Point> = {}): Point => ({
  atMs,
  cpuCores: 0,
  memoryBytes: 0,
  tasks: 1,
  ioReadBytesPerSecond: 0,
  ioWriteBytesPerSecond: Number.NaN,
  ...changed,
})

describe('fewer points of a history', () => {
  test('are means of rates, and the highest memory', () => {
    const points = [
      point(0, { cpuCores: 1, memoryBytes: 5 }),
      point(10, { cpuCores: 3, memoryBytes: 900 }),
      point(20, { cpuCores: Number.NaN, memoryBytes: 7 }),
      point(30, { cpuCores: 8, memoryBytes: Number.NaN }),
    ]
    const few = downsample(points, 2)
    assert.deepEqual(
      few.map(({ atMs, cpuCores, memoryBytes }) => [atMs, cpuCores, memoryBytes]),
      [
        [10, 2, 900],
        [30, 8, 7],
      ],
    )
    assert.ok(Number.isNaN(few[0]!.ioWriteBytesPerSecond))
  })

  test('are all of them where there are no more', () => {
    const points = [point(0), point(10)]
    assert.equal(downsample(points, 2), points)
    assert.deepEqual(downsample([], 5), [])
  })

  test('are never more than asked for, in order, and end with the last', () => {
    const times = fc.uniqueArray(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 50 }), (given, count) => {
        const points = given.sort((a, b) => a - b).map((atMs) => point(atMs))
        const few = downsample(points, count).map(({ atMs }) => atMs)
        assert.ok(few.length <= count)
        assert.equal(few.at(-1), given.at(-1))
        assert.deepEqual(
          few,
          [...few].sort((a, b) => a - b),
        )
      }),
    )
  })
})
