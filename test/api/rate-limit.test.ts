import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimit } from '../../src/api/rate-limit.ts'

test('a burst is let through, and after that as many as the seconds allow', () => {
  const rate = new RateLimit({ burst: 3, perSecond: 2 })
  const taken = (nowMs: number, times: number): number =>
    Array.from({ length: times }, () => rate.take(nowMs)).filter((each) => each).length
  assert.equal(taken(1_000_000, 10), 3)
  assert.equal(taken(1_000_400, 10), 0)
  assert.equal(taken(1_000_500, 10), 1)
  assert.equal(taken(1_003_000, 10), 3)
})

test('a clock that is set back lets nobody through twice, and locks nobody out', () => {
  const rate = new RateLimit({ burst: 1, perSecond: 1 })
  assert.ok(rate.take(10_000))
  assert.ok(!rate.take(5_000))
  assert.ok(rate.take(6_000))
})
