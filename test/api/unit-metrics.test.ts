import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pointsWanted, unitMetricsAnswer } from '../../src/api/unit-metrics.ts'
import { unitOf } from '../support/status-answers.ts'

const points = [1000, 3000, 2000].map((memoryBytes, index) => ({
  atMs: index * 15_000,
  cpuCores: Number.NaN,
  memoryBytes,
  tasks: 1,
  ioReadBytesPerSecond: 0,
  ioWriteBytesPerSecond: 0,
}))

describe('the history of a unit', () => {
  test('says nothing where nothing is known, and has the peak that the kernel keeps', () => {
    const answer = unitMetricsAnswer(unitOf('web.service', { memoryPeakBytes: 5000 }), points, 10)
    assert.equal(answer.unit, 'web.service')
    assert.equal(answer.memoryPeakBytes, 5000)
    assert.equal(answer.points.length, 3)
    assert.equal(answer.points[0]!.cpuCores, undefined)
  })

  test('has the highest memory seen where the kernel keeps no peak', () => {
    const unit = unitOf('web.service', { memoryPeakBytes: undefined })
    assert.equal(unitMetricsAnswer(unit, points, 10).memoryPeakBytes, 3000)
    assert.equal(unitMetricsAnswer(unit, [], 10).memoryPeakBytes, undefined)
  })

  test('comes in as many points as asked for', () => {
    assert.equal(unitMetricsAnswer(unitOf('web.service'), points, 2).points.length, 2)
    assert.equal(pointsWanted(new URLSearchParams('points=60')), 60)
    for (const text of ['0', '-1', '1.5', 'x', '1001'])
      assert.throws(() => pointsWanted(new URLSearchParams(`points=${text}`)), { code: 'api/bad-request' })
  })
})
