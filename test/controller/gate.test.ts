import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { judgePruning, judgeTime, noPermits, type Permits } from '../../src/controller/gate.ts'
import { parseSyncWindows } from '../../src/plan/sync-windows.ts'
import type { Orders } from '../../src/store/records.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'

const zones = new TimeZones('UTC')
const nowMs = Date.parse('2026-03-04T12:00:00Z')

const judged = (orders: Partial<Orders>, windows = '', permits: Partial<Permits> = {}) => {
  const parsed = parseSyncWindows(windows)
  assert.ok(parsed.ok)
  return judgeTime({ declined: [], ...orders }, parsed.value, { ...noPermits, ...permits }, { nowMs, zones })
}

const suspension = { who: 'ada', sinceMs: nowMs - 1000, reason: 'audit', untilMs: undefined }

describe('a commit', () => {
  test('is applied at once where nothing speaks against it', () => assert.equal(judged({}), undefined))

  test('waits while commits are suspended, and the sentence says by whom, why and until when', () => {
    const untilMs = Date.parse('2026-03-04T18:00:00Z')
    const waiting = judged({ suspension: { ...suspension, untilMs } })
    assert.equal(waiting?.kind, 'Suspended')
    assert.equal(waiting.why, 'commits are suspended by ada: audit until Wed 2026-03-04 18:00:00 UTC')
    assert.equal(waiting.remedy, 'gitproc resume')
    assert.equal(waiting.untilMs, untilMs)
  })

  test('does not wait for a suspension whose time is up, though nobody has cleared it away yet', () =>
    assert.equal(judged({ suspension: { ...suspension, untilMs: nowMs } }), undefined))

  test('waits for a sync window, unless a person says now', () => {
    const windows = 'allow 0 22 * * * 1h'
    const waiting = judged({}, windows)
    assert.equal(waiting?.kind, 'OutsideWindow')
    assert.match(waiting.why, /no sync window is open until Wed 2026-03-04 22:00:00 UTC/)
    assert.equal(judged({}, windows, { now: true }), undefined)
  })

  test('waits for what shuts, which is named', () =>
    assert.match(
      judged({}, 'deny 0 9 * * * 8h')?.why ?? '',
      /"deny 0 9 \* \* \* 8h" shuts until Wed 2026-03-04 17:00/,
    ))

  test('that is suspended is let through when a person says now', () =>
    assert.equal(judged({ suspension }, '', { now: true }), undefined))

  test('that removes a lot names the first of it, and how many more', () => {
    const present = Array.from({ length: 12 }, (_, index) => `u${index + 10}.service`)
    const waiting = judgePruning(present, () => false, { kind: 'percent', percent: 50 })
    assert.match(waiting?.why ?? '', /^it removes all 12 units \(u10\.service, .*u17\.service and 4 more\)$/)
    assert.equal(waiting?.remedy, 'gitproc sync --prune')
  })
})
