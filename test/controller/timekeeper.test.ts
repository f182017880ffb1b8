import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endedBy, nextEnding } from '../../src/controller/timekeeper.ts'
import type { Hold, Orders } from '../../src/store/records.ts'

const hold = (unit: string, untilMs: number | undefined): Hold => ({
  unit,
  who: 'ada',
  sinceMs: 0,
  reason: undefined,
  untilMs,
})
const suspended = (untilMs: number | undefined): Orders => ({
  declined: [],
  suspension: { who: 'ada', sinceMs: 0, reason: undefined, untilMs },
})
const nothing: Orders = { declined: [] }

test('a hold and a suspension end at their time, not before, and never without one', () => {
  const holds = [hold('a', 10), hold('b', 20), hold('c', undefined)]
  assert.deepEqual(endedBy(holds, suspended(20), 9), {
    holds: [],
    isSuspensionOver: false,
    isConfirmationOverdue: false,
  })
  assert.deepEqual(
    endedBy(holds, suspended(20), 10).holds.map(({ unit }) => unit),
    ['a'],
  )
  assert.deepEqual(
    endedBy(holds, suspended(20), 20).holds.map(({ unit }) => unit),
    ['a', 'b'],
  )
  assert.equal(endedBy(holds, suspended(20), 20).isSuspensionOver, true)
  assert.equal(endedBy(holds, suspended(undefined), Number.MAX_SAFE_INTEGER).isSuspensionOver, false)
  assert.equal(endedBy([], nothing, 20).isSuspensionOver, false)
  const unconfirmed: Orders = {
    declined: [],
    confirmation: { sha: 'a', who: 'ada', sinceMs: 0, dueAtMs: 20 },
  }
  assert.equal(endedBy([], unconfirmed, 19).isConfirmationOverdue, false)
  assert.equal(endedBy([], unconfirmed, 20).isConfirmationOverdue, true)
  assert.equal(nextEnding([], unconfirmed, 40), 20)
})

test('the next look is at the earliest of all', () => {
  assert.equal(nextEnding([hold('a', 30), hold('b', 20), hold('c', undefined)], suspended(25), 40), 20)
  assert.equal(nextEnding([hold('c', undefined)], suspended(25), 40), 25)
  assert.equal(nextEnding([], nothing, 40), 40)
  assert.equal(nextEnding([hold('c', undefined)], suspended(undefined), undefined), undefined)
})

test('whoever looks at each next ending sees every end, each at its time', () => {
  const someTime = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined })
  fc.assert(
    fc.property(fc.array(someTime, { maxLength: 8 }), someTime, (times, suspendedUntil) => {
      let holds = times.map((time, index) => hold(`u${index}`, time))
      let orders = suspended(suspendedUntil)
      const seen: [string, number][] = []
      for (
        let now = nextEnding(holds, orders, undefined);
        now !== undefined;
        now = nextEnding(holds, orders, undefined)
      ) {
        const ended = endedBy(holds, orders, now)
        assert.ok(ended.holds.length > 0 || ended.isSuspensionOver, 'no look is in vain')
        for (const { unit } of ended.holds) seen.push([unit, now])
        holds = holds.filter((each) => !ended.holds.includes(each))
        if (ended.isSuspensionOver) orders = nothing
      }
      const expected = times.flatMap((time, index): [string, number][] =>
        time === undefined ? [] : [[`u${index}`, time]],
      )
      assert.deepEqual(seen.sort(), expected.sort())
    }),
  )
})
