import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pollDelay } from '../../../src/git/remote/poll-delay.ts'

const minute = 60_000
const delay = (
  failures: number,
  retry: 'later' | 'never' = 'later',
  random = 0.5,
  intervalMs = minute,
): number => Math.round(pollDelay({ intervalMs, failures, retry, random }))

test('a remote is asked about once in an interval, never by many hosts at the same moment', () => {
  assert.equal(delay(0), minute)
  assert.equal(delay(0, 'later', 0), 54_000)
  assert.equal(delay(0, 'later', 1), 66_000)
})

test('after a failure it is tried again soon, and then ever later, up to ten minutes', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((failures) => delay(failures) / 1000),
    [5, 10, 20, 40, 80, 160, 320, 600, 600, 600],
  )
})

test('what only a person can mend is not tried more often than usual', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => delay(failures, 'never') / 1000),
    [60, 120, 240],
  )
})

test('however long it has failed, it is tried again within the longer of ten minutes and the interval', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 86_400_000 }),
      fc.nat(),
      fc.constantFrom('now' as const, 'later' as const, 'never' as const),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (intervalMs, failures, retry, random) => {
        const ms = pollDelay({ intervalMs, failures, retry, random })
        assert.ok(ms > 0 && ms <= 1.1 * Math.max(10 * minute, intervalMs))
      },
    ),
  )
})
