import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { openEvents } from '../../src/store/events.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

test('events are numbered over restarts, and asked for by unit and time', async (t) => {
  const path = join(temporaryDirectory(t), 'events.jsonl')
  const before = openEvents(path, silentLog)
  before.append({ kind: 'unit', unit: 'a', text: 'started', atMs: 10 })
  before.append({ kind: 'unit', unit: 'b', text: 'started', atMs: 20 })
  await before.close()
  const after = openEvents(path, silentLog)
  t.after(() => after.close())
  assert.equal(after.append({ kind: 'notice', text: 'trouble', atMs: 30 }).seq, 3)
  const texts = (query: object) => after.read({ limit: 10, ...query }).map(({ seq }) => seq)
  assert.deepEqual(texts({}), [1, 2, 3])
  assert.deepEqual(texts({ unit: 'b' }), [2])
  assert.deepEqual(texts({ sinceMs: 20 }), [2, 3])
  assert.deepEqual(texts({ untilMs: 20 }), [1, 2])
  assert.deepEqual(texts({ limit: 1 }), [3])
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a unit that flaps pushes out neither deployments nor what people were told, and the file stays bounded', async (t) => {
  const path = join(temporaryDirectory(t), 'events.jsonl')
  const events = openEvents(path, silentLog)
  t.after(() => events.close())
  events.append({ kind: 'generation', generation: 1, text: 'deployed', atMs: 0 })
  events.append({ kind: 'unit', unit: 'a', topic: 'unit-failed', text: 'gave up', atMs: 1 })
  let largest = 0
  for (let round = 0; round < 30; round++) {
    for (let n = 0; n < 1000; n++) events.append({ kind: 'unit', unit: 'flap', text: `start ${n}`, atMs: 2 })
    const all = events.read({ limit: Number.POSITIVE_INFINITY })
    largest = Math.max(largest, all.length)
    assert.deepEqual([all[0]?.text, all[1]?.text], ['deployed', 'gave up'])
    assert.equal(all.at(-1)?.seq, 2 + (round + 1) * 1000)
  }
  assert.ok(largest <= 11_000, String(largest))
})
