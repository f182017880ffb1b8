import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimit, RateLimits } from '../../src/api/rate-limit.ts'

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

test('one who comes too often keeps out no other, and a crowd takes no memory', () => {
  const rates = new RateLimits({ burst: 2, perSecond: 1 })
  for (let n = 0; n < 100; n++) rates.take('flood', 0)
  assert.ok(!rates.take('flood', 0))
  assert.ok(rates.take('quiet', 0))
  for (let n = 0; n < 100_000; n++) rates.take(`from${n}`, 0)
  assert.ok(rates.take('quiet', 0), 'forgotten by now, and let in')
})
