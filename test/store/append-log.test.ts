import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppendLog } from '../../src/store/append-log.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const kind = { name: 'things', version: 1 }
const valuesOf = (path: string): unknown[] => AppendLog.open(path, kind).records.map(({ value }) => value)

test('what was appended is there after opening again, in order', async (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const { log } = AppendLog.open(path, kind)
  log.append([{ a: 1 }, { b: 'zwei\nlines' }])
  log.append([3])
  await log.close()
  assert.deepEqual(valuesOf(path), [{ a: 1 }, { b: 'zwei\nlines' }, 3])
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a file cut off at any byte keeps every whole record, reports the torn one and goes on', (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const records = fc.array(fc.oneof(fc.string(), fc.integer(), fc.record({ unit: fc.string() })), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(records, fc.nat(), (values, cut) => {
      writeFileSync(path, '')
      const { log } = AppendLog.open(path, kind)
      const start = log.length
      const places = log.append(values)
      const length = start + (cut % (log.length - start + 1))
      truncateSync(path, length)
      const whole = places.filter((place) => place.offset + place.length <= length).length
      const again = AppendLog.open(path, kind)
      const isTorn =
        length !== (places[whole - 1] ? places[whole - 1]!.offset + places[whole - 1]!.length : start)
      assert.equal(again.dropped, isTorn ? 1 : 0)
      again.log.append(['next'])
      assert.deepEqual(valuesOf(path), [...JSON.parse(JSON.stringify(values.slice(0, whole))), 'next'])
    }),
    { numRuns: 60 },
  )
})

test('a damaged line in the middle is left out and counted, the others stay', (t) => {
  const path = join(temporaryDirectory(t), 'log')
  AppendLog.open(path, kind).log.append([1])
  appendFileSync(path, '\0\0\0\0\n2\n')
  const opened = AppendLog.open(path, kind)
  assert.deepEqual(
    opened.records.map(({ value }) => value),
    [1, 2],
  )
  assert.equal(opened.dropped, 1)
})

test('records are read back from where they lie, before and after compaction', (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const { log } = AppendLog.open(path, kind)
  const [, second] = log.append(['first', 'second'])
  assert.equal(log.read(second!), 'second')
  const [kept] = log.compact(['second'], true) ?? []
  assert.equal(log.read(kept!), 'second')
  log.append(['third'])
  assert.deepEqual(valuesOf(path), ['second', 'third'])
})

test('callers that sync at the same time share one, and each is told', async (t) => {
  const { log } = AppendLog.open(join(temporaryDirectory(t), 'log'), kind)
  const syncs = [1, 2, 3, 4].map((value) => {
    log.append([value])
    return log.sync()
  })
  assert.equal(new Set(syncs).size, 1)
  await Promise.all(syncs)
})

test('a file of a newer version is refused, and stays as it is', (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const text = '{"gitproc":"things","version":2}\n{"new":true}\n'
  writeFileSync(path, text)
  assert.throws(() => AppendLog.open(path, kind), {
    code: 'store/read',
    message: /is of version 2, this gitproc knows 1/,
  })
  assert.equal(readFileSync(path, 'utf8'), text)
})

test('a file of something else is refused', (t) => {
  const path = join(temporaryDirectory(t), 'log')
  writeFileSync(path, 'hello\n')
  assert.throws(() => AppendLog.open(path, kind), { code: 'store/read' })
})
