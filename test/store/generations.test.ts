import assert from 'node:assert/strict'
import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { openGenerations } from '../../src/store/generations.ts'
import { captureLog } from '../support/capture-log.ts'
import { newGeneration } from '../support/generations.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

test('a generation is the same after a restart: steps with times, outcome, reason', async (t) => {
  const path = join(temporaryDirectory(t), 'generations.jsonl')
  const generations = openGenerations(path, silentLog)
  const number = await generations.begin(
    newGeneration('a1', { 'web.service': 'start', 'db.service': 'restart' }),
  )
  await generations.stepStarted(number, 'web.service', 1001)
  await generations.stepEnded(number, 'web.service', 'ready', 1002)
  await generations.stepStarted(number, 'db.service', 1003)
  await generations.finish(number, { outcome: 'Degraded', reason: 'db.service: exited 1', endedAtMs: 1004 })
  const before = generations.latest(10)
  assert.equal(before[0]?.outcome, 'Degraded')
  assert.equal(before[0]?.steps[0]?.result, 'ready')
  assert.equal(before[0]?.steps[1]?.endedAtMs, undefined)
  assert.deepEqual(openGenerations(path, silentLog).latest(10), before)
})

test('a daemon killed in the middle of a generation finds it progressing, with the step that was under way', async (t) => {
  const path = join(temporaryDirectory(t), 'generations.jsonl')
  const generations = openGenerations(path, silentLog)
  await generations.stepStarted(
    await generations.begin(newGeneration('a1', { 'web.service': 'start' })),
    'web.service',
    5,
  )
  appendFileSync(path, '{"number":1,"unit":"web.ser')
  const log = captureLog()
  const [found] = openGenerations(path, log).latest(1)
  assert.equal(found?.outcome, 'Progressing')
  assert.deepEqual([found?.steps[0]?.startedAtMs, found?.steps[0]?.endedAtMs], [5, undefined])
  assert.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields['dropped']]),
    [['warn', 1]],
  )
})

test('units that are kept do not make the record longer', async (t) => {
  const generations = openGenerations(join(temporaryDirectory(t), 'g'), silentLog)
  await generations.begin(newGeneration('a1', { 'web.service': 'keep', 'db.service': 'stop' }))
  assert.deepEqual(
    generations.latest(1)[0]?.plan.steps.map((step) => step.unit),
    ['db.service'],
  )
})

test('the newest thousand generations are kept, numbers go on, and the file stays bounded', async (t) => {
  const path = join(temporaryDirectory(t), 'generations.jsonl')
  const generations = openGenerations(path, silentLog)
  const batch = async (count: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const number = await generations.begin(newGeneration('a1', { 'web.service': 'restart' }))
        await generations.finish(number, { outcome: 'Healthy', reason: undefined, endedAtMs: 2 })
      }),
    )
  await batch(1250)
  const full = statSync(path).size
  await batch(600)
  assert.ok(statSync(path).size < full * 1.1)
  const again = openGenerations(path, silentLog).latest(5000)
  assert.ok(again.length >= 1000)
  assert.equal(again[0]?.number, 1850)
  assert.equal(again[999]?.number, 851)
  assert.ok(again.slice(0, 1000).every((each) => each.outcome === 'Healthy'))
})
