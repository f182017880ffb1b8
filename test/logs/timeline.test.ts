import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeRecord, encodeRecord, type IndexRecord } from '../../src/logs/index-record.ts'
import { selectRanges } from '../../src/logs/selection.ts'
import { thinRecords } from '../../src/logs/thin-records.ts'
import { Timeline } from '../../src/logs/timeline.ts'
import { streamNames } from '../../src/logs/unit-directory.ts'

interface Growth {
  readonly out: number
  readonly err: number
  readonly pauseMs: number
  readonly lookMs: number
  readonly kind: 'growth' | 'mark' | 'note'
}

const growth = fc.record<Growth>({
  out: fc.nat(500),
  err: fc.nat(500),
  pauseMs: fc.nat(1000),
  lookMs: fc.nat(1000),
  kind: fc.constantFrom('growth', 'growth', 'growth', 'mark', 'note'),
})

/** Any history that a capture could write. */
const history = fc.array(growth, { maxLength: 40 }).map((steps) => {
  let now = 1_700_000_000_000
  let ends = { out: 0, err: 0 }
  return steps.map(({ out, err, pauseMs, lookMs, kind }, i): IndexRecord => {
    const afterMs = now + pauseMs
    now = afterMs + lookMs
    if (kind === 'mark') return { kind, atMs: now, ends, invocation: `run${i}`, revision: undefined }
    if (kind === 'note') return { kind, atMs: now, ends, text: `note ${i}`, isCrash: i % 2 === 0 }
    ends = { out: ends.out + out, err: ends.err + err }
    return { kind, atMs: now, afterMs, ends }
  })
})

const timelineOf = (records: readonly IndexRecord[]): Timeline => {
  const timeline = new Timeline()
  for (const record of records) timeline.add(record)
  return timeline
}

test('what is written to the index is what is read from it', () => {
  fc.assert(
    fc.property(history, (records) => {
      assert.deepEqual(
        records.map((record) => decodeRecord(encodeRecord(record).trimEnd())),
        records,
      )
    }),
  )
})

test('no beginning of a record is taken for a record', () => {
  fc.assert(
    fc.property(history, fc.nat(), (records, cut) => {
      for (const record of records) {
        const line = encodeRecord(record).trimEnd()
        assert.equal(decodeRecord(line.slice(0, cut % line.length)), undefined)
      }
    }),
  )
})

test('every byte that was seen lies in exactly one stretch, and later bytes in later ones', () => {
  fc.assert(
    fc.property(history, (records) => {
      const timeline = timelineOf(records)
      for (const stream of streamNames) {
        let offset = 0
        for (const stretch of timeline.stretches[stream]) {
          assert.equal(stretch.start, offset)
          assert.equal(timeline.stretchAt(stream, offset), stretch)
          offset = stretch.end
        }
        assert.equal(offset, timeline.ends[stream])
        assert.equal(timeline.stretchAt(stream, offset).end, Number.POSITIVE_INFINITY)
      }
    }),
  )
})

test('an index that was thinned says the same less exactly, and forgets no run and no event', () => {
  fc.assert(
    fc.property(history, fc.nat(20), (records, exact) => {
      const full = timelineOf(records)
      const thin = timelineOf(thinRecords(records, exact))
      assert.deepEqual(thin.ends, full.ends)
      assert.deepEqual(
        thin.runs.map((run) => [run.invocation, run.from]),
        full.runs.map((run) => [run.invocation, run.from]),
      )
      assert.deepEqual(
        thin.notes.map((note) => note.text),
        full.notes.map((note) => note.text),
      )
      for (const stream of streamNames) {
        for (const stretch of full.stretches[stream]) {
          const wider = thin.stretchAt(stream, stretch.start)
          assert.ok(wider.afterMs <= stretch.afterMs && stretch.atMs <= wider.atMs)
        }
      }
    }),
  )
})

test('the ranges of all runs together are all that is kept', () => {
  fc.assert(
    fc.property(history, fc.nat(2000), (records, first) => {
      const timeline = timelineOf(records)
      const to = timeline.ends.out + 10
      const ranges = selectRanges(timeline, 'out', { from: Math.min(first, to), to }, {})
      assert.equal(
        ranges.reduce((sum, range) => sum + range.to - range.from, 0),
        to - Math.min(first, to),
      )
    }),
  )
})

test('since and until leave out no byte that may have been written in between', () => {
  fc.assert(
    fc.property(history, fc.nat(40_000), fc.nat(40_000), (records, a, b) => {
      const [sinceMs, untilMs] = [Math.min(a, b), Math.max(a, b)].map((ms) => 1_700_000_000_000 + ms)
      const timeline = timelineOf(records)
      const ranges = selectRanges(timeline, 'out', { from: 0, to: timeline.ends.out }, { sinceMs, untilMs })
      for (const stretch of timeline.stretches.out) {
        if (stretch.atMs < sinceMs! || stretch.afterMs > untilMs!) continue
        for (const offset of [stretch.start, stretch.end - 1]) {
          assert.ok(ranges.some((range) => range.from <= offset && offset < range.to))
        }
      }
    }),
  )
})
