/** The short form of `npm run simulate`. A seed that breaks a law is replayed by `npm run simulate -- --seed N`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSchedule } from './schedule.ts'

const schedules = 600

test(`${schedules} random schedules of crashes, commits, verbs and deaths of the daemon break no law`, async () => {
  const broken: string[] = []
  for (let seed = 1; seed <= schedules; seed += 1) {
    const verdict = await runSchedule(seed)
    if (verdict.broken !== undefined) broken.push(`--seed ${seed}: ${verdict.broken}`)
  }
  assert.deepEqual(broken, [])
})

test('the same seed gives the same trace', async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const [once, again] = [await runSchedule(seed), await runSchedule(seed)]
    assert.ok(once.trace.length > 0)
    assert.deepEqual(again, once)
  }
})
