import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StartWatch } from '../src/start-watch.ts'
import { never } from './simulation/life.ts'
import { captureLog } from './support/capture-log.ts'
import { FakeClock } from './support/fake-clock.ts'

test('a start that hangs says where, and is given up', async () => {
  const [clock, log, ends] = [new FakeClock(), captureLog(), [] as string[]]
  const watch = new StartWatch(clock, () => ends.push('exit'))
  const start = assert.rejects(watch.bounded(never()), {
    code: 'daemon/start',
    message: /taking over what runs had not ended after 120 s/,
  })
  watch.enter('taking over what runs', log)
  await clock.advance(20_000)
  assert.match(JSON.stringify(log.lines), /still starting.*taking over what runs/)
  await clock.advance(100_000)
  await start
  assert.deepEqual(ends, [])
  await clock.advance(10_000)
  assert.deepEqual(ends, ['exit'])
})

test('a start that goes from stage to stage may take its time', async () => {
  const [clock, log, ends] = [new FakeClock(), captureLog(), [] as string[]]
  const watch = new StartWatch(clock, () => ends.push('exit'))
  const { promise, resolve } = Promise.withResolvers<void>()
  const start = watch.bounded(promise)
  for (let stage = 0; stage < 5; stage += 1) {
    watch.enter(`stage ${stage}`, log)
    await clock.advance(100_000)
  }
  resolve()
  await start
  assert.equal(clock.armed, 0)
  assert.deepEqual(ends, [])
})
