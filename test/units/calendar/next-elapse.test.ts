import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextElapse } from '../../../src/units/calendar/next-elapse.ts'
import { parseCalendar } from '../../../src/units/calendar/parse.ts'
import { TimeZones } from '../../../src/units/calendar/time-zone.ts'
import { parseTimestamp } from '../../../src/units/calendar/timestamp.ts'
import { utcText } from '../../../src/units/calendar/timestamp-text.ts'
import { Random, randomCalendar } from '../../oracle/random-calendar.ts'

/** The next elapses of an expression, as UTC text. */
const elapses = (expression: string, zone: string, base: string, amount = 1): string[] => {
  const calendar = parseCalendar(expression)
  assert.ok(calendar.ok, expression)
  const zones = new TimeZones(zone)
  const found: string[] = []
  let at = parseTimestamp(base, 0, zones)
  while (at !== undefined && found.length < amount) {
    at = nextElapse(calendar.value, at, zones)
    if (at !== undefined) found.push(utcText(at))
  }
  return found
}

test('the next elapse is strictly after the given time', () => {
  assert.deepEqual(elapses('12:00', 'UTC', '2024-02-28T12:00:00Z'), ['2024-02-29T12:00:00Z'])
  assert.deepEqual(elapses('12:00', 'UTC', '2024-02-28T11:59:59.999999Z'), ['2024-02-28T12:00:00Z'])
})

test('29 February waits for a leap year, 30 February for ever', () => {
  assert.deepEqual(elapses('*-02-29', 'UTC', '2024-03-01T00:00:00Z', 2), [
    '2028-02-29T00:00:00Z',
    '2032-02-29T00:00:00Z',
  ])
  assert.deepEqual(elapses('*-02-30', 'UTC', '2024-03-01T00:00:00Z'), [])
  assert.deepEqual(elapses('2024-01-01', 'UTC', '2024-03-01T00:00:00Z'), [])
})

test('nothing elapses after 2199', () => {
  assert.deepEqual(elapses('yearly', 'UTC', '2198-06-01T00:00:00Z', 3), ['2199-01-01T00:00:00Z'])
})

test('a time that spring skips does not elapse that day', () => {
  assert.deepEqual(elapses('02:30', 'Europe/Berlin', '2024-03-30T20:00:00Z'), ['2024-04-01T00:30:00Z'])
  assert.deepEqual(elapses('02:59', 'Pacific/Chatham', '2023-09-22T15:13:35Z'), ['2023-09-24T13:14:00Z'])
})

test('a time that autumn repeats elapses once, the first time', () => {
  assert.deepEqual(elapses('02:30', 'Europe/Berlin', '2024-10-26T12:00:00Z', 2), [
    '2024-10-27T00:30:00Z',
    '2024-10-28T01:30:00Z',
  ])
})

test('an event with a zone of its own keeps it wherever the host is', () => {
  const [here] = elapses('00:00 Europe/Berlin', 'America/New_York', '2024-03-10T04:30:00Z')
  assert.equal(here, '2024-03-10T23:00:00Z')
})

test('an open step of hours goes on past the evening before summer time, where systemd gives up', () => {
  assert.deepEqual(elapses('6/12:00', 'Europe/Berlin', '2024-03-30T20:00:00Z', 2), [
    '2024-03-31T04:00:00Z',
    '2024-03-31T16:00:00Z',
  ])
})

test('days can be counted from the end of the month', () => {
  assert.deepEqual(elapses('*-02~1', 'UTC', '2024-01-01T00:00:00Z', 2), [
    '2024-02-29T00:00:00Z',
    '2025-02-28T00:00:00Z',
  ])
  assert.deepEqual(elapses('Mon *-05~07/1', 'UTC', '2024-01-01T00:00:00Z'), ['2024-05-27T00:00:00Z'])
})

test('fractions of seconds elapse to the microsecond', () => {
  assert.deepEqual(elapses('*:*:1.5/2.25', 'UTC', '2025-12-31T23:59:59Z', 2), [
    '2026-01-01T00:00:01.500000Z',
    '2026-01-01T00:00:03.750000Z',
  ])
})

test('elapses only ever move forward, and nothing elapses between two of them', () => {
  const zones = new TimeZones('Europe/Berlin')
  const start = 1_700_000_000_000_000
  fc.assert(
    fc.property(fc.integer(), fc.nat(400 * 86_400), (seed, seconds) => {
      const calendar = parseCalendar(randomCalendar(new Random(seed)))
      if (!calendar.ok) return
      const from = start + seconds * 1_000_000
      const next = nextElapse(calendar.value, from, zones)
      if (next === undefined) return
      assert.ok(next > from)
      const between = from + Math.floor((next - from) / 2)
      if (between < next) assert.equal(nextElapse(calendar.value, between, zones), next)
    }),
    { numRuns: 300 },
  )
})
