import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimeZones } from '../../../src/units/calendar/time-zone.ts'
import { parseTimestamp } from '../../../src/units/calendar/timestamp.ts'
import { timestampText, utcText } from '../../../src/units/calendar/timestamp-text.ts'

const utc = new TimeZones('UTC')
const berlin = new TimeZones('Europe/Berlin')
/** Saturday. */
const now = parseTimestamp('2026-11-21 04:29:06', 0, utc)!

const read = (text: string, zones = utc): string => {
  const usec = parseTimestamp(text, now, zones)
  return usec === undefined ? 'invalid' : utcText(usec)
}

const answers: Readonly<Record<string, string>> = {
  '2024-02-28 12:00:00': '2024-02-28T12:00:00Z',
  '2024-2-8   9:5': '2024-02-08T09:05:00Z',
  '24-02-28': '2024-02-28T00:00:00Z',
  '2024-02-31': '2024-03-02T00:00:00Z',
  '2024-02-28 12:00:00.1234567': '2024-02-28T12:00:00.123457Z',
  'wednesday 2024-02-28 12:00': '2024-02-28T12:00:00Z',
  'Thu 2024-02-28 12:00': 'invalid',
  'sat 12:00': '2026-11-21T12:00:00Z',
  '23:59:60': '2026-11-22T00:00:00Z',
  'Feb 3 10:00:00': '2026-02-03T10:00:00Z',
  'Feb 3 10:00': 'invalid',
  now: '2026-11-21T04:29:06Z',
  today: '2026-11-21T00:00:00Z',
  yesterday: '2026-11-20T00:00:00Z',
  'tomorrow UTC': '2026-11-22T00:00:00Z',
  '+3h': '2026-11-21T07:29:06Z',
  '-5min': '2026-11-21T04:24:06Z',
  '5min ago': '2026-11-21T04:24:06Z',
  '5min left': '2026-11-21T04:34:06Z',
  '@1.5': '1970-01-01T00:00:01.500000Z',
  '2024-02-28T12:00:00Z': '2024-02-28T12:00:00Z',
  '2024-02-28T12:00:00+01:00': '2024-02-28T11:00:00Z',
  '2024-02-28 12:00 Asia/Kathmandu': '2024-02-28T06:15:00Z',
  '1969-12-31': 'invalid',
  '9999-12-31': 'invalid',
  '+infinity': 'invalid',
  '-300y': 'invalid',
  '12:60': 'invalid',
  '2024-02-28 24:00': 'invalid',
  'now UTC': 'invalid',
  'next week': 'invalid',
  '': 'invalid',
}

test('timestamps are read as systemd reads them', () => {
  for (const [text, answer] of Object.entries(answers)) assert.equal(read(text), answer, text)
})

test('a timestamp without a zone is local time', () => {
  assert.equal(read('2024-07-01 12:00', berlin), '2024-07-01T10:00:00Z')
  assert.equal(read('today', berlin), '2026-11-20T23:00:00Z')
  assert.equal(read('2024-03-31 02:30', berlin), '2024-03-31T01:30:00Z')
})

test('a printed timestamp names day, zone or offset, and can be read again', () => {
  assert.equal(timestampText(now, utc.local), 'Sat 2026-11-21 04:29:06 UTC')
  assert.equal(timestampText(now, berlin.local), 'Sat 2026-11-21 05:29:06 +01:00')
  assert.equal(parseTimestamp(timestampText(now, berlin.local), 0, utc), now)
})
