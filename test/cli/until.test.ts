import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUntil } from '../../src/cli/until.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'

const moment = { nowMs: Date.parse('2026-03-04T12:00:00Z'), zones: new TimeZones('UTC') }
const until = (text: string): string => new Date(parseUntil(text, moment)).toISOString().slice(0, 19)

test('--until takes spans and times as systemd.time(7) has them', () => {
  assert.equal(until('30min'), '2026-03-04T12:30:00')
  assert.equal(until('1h 30min'), '2026-03-04T13:30:00')
  assert.equal(until('90'), '2026-03-04T12:01:30')
  assert.equal(until('+3h'), '2026-03-04T15:00:00')
  assert.equal(until('18:00'), '2026-03-04T18:00:00')
  assert.equal(until('tomorrow'), '2026-03-05T00:00:00')
  assert.equal(until('2026-12-24 12:00 Europe/Berlin'), '2026-12-24T11:00:00')
})

test('a time of day that is over is meant for tomorrow', () =>
  assert.equal(until('09:30'), '2026-03-05T09:30:00'))

test('what is over, and what is no time, is refused', () => {
  for (const text of ['yesterday', '2026-03-04 11:59', 'soon', '', '0', 'infinity', '5min ago'])
    assert.throws(() => until(text), { code: 'cli/usage' }, text)
})
