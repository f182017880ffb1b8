import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createPace } from '../../src/supervisor/pace.ts'

test('one launch, and a few together, begin at once', () => {
  const pace = createPace()
  for (let launch = 0; launch < 4; launch++) assert.equal(pace.turn(), undefined)
})

test('of many launches only a few begin in each turn of the loop, in the order in which they came', async () => {
  const pace = createPace()
  const begun: number[] = []
  const launches = Array.from({ length: 10 }, async (_, launch) => {
    await pace.turn()
    begun.push(launch)
  })
  const seen: number[] = []
  while (begun.length < 10) {
    await nextTurn()
    seen.push(begun.length)
  }
  await Promise.all(launches)
  assert.deepEqual(
    begun,
    Array.from({ length: 10 }, (_, launch) => launch),
  )
  const most = seen.map((count, turn) => count - (seen[turn - 1] ?? 0)).slice(1)
  assert.ok(Math.max(...most) <= 4, `${seen}`)
})

test('after a burst a launch begins at once again', async () => {
  const pace = createPace()
  await Promise.all(Array.from({ length: 9 }, () => pace.turn()))
  await nextTurn()
  await nextTurn()
  assert.equal(pace.turn(), undefined)
})
