import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCron } from '../../../src/units/calendar/cron.ts'
import { nextElapse } from '../../../src/units/calendar/next-elapse.ts'
import { TimeZones } from '../../../src/units/calendar/time-zone.ts'

/** When the job runs next after the given time, UTC. */
const next = (cron: string, after: string): string => {
  const calendars = parseCron(cron)
  assert.ok(calendars.ok, cron)
  const elapses = calendars.value.map((each) =>
    nextElapse(each, Date.parse(`${after}Z`) * 1000, new TimeZones('UTC')),
  )
  return new Date(Math.min(...elapses.map((usec) => usec ?? Number.POSITIVE_INFINITY)) / 1000)
    .toISOString()
    .slice(0, 16)
}

test('five fields mean what crontab(5) says', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['*/15 * * * *', '2026-03-01T10:01', '2026-03-01T10:15'],
    ['0 2 * * *', '2026-03-01T02:00', '2026-03-02T02:00'],
    ['30 4 1 * *', '2026-03-01T05:00', '2026-04-01T04:30'],
    ['0 9 * * mon-fri', '2026-03-06T12:00', '2026-03-09T09:00'],
    ['0 0 * * 7', '2026-03-02T00:00', '2026-03-08T00:00'],
    ['0 0 29 feb *', '2026-01-01T00:00', '2028-02-29T00:00'],
    ['0 22-23,0-2 * * *', '2026-03-01T23:30', '2026-03-02T00:00'],
    ['@daily', '2026-03-01T10:00', '2026-03-02T00:00'],
  ]
  for (const [cron, after, expected] of table) assert.equal(next(cron, after), expected, cron)
})

test('a day of the month and a day of the week: either of them counts', () => {
  assert.equal(next('0 0 13 * fri', '2026-03-09T00:00'), '2026-03-13T00:00')
  assert.equal(next('0 0 13 * fri', '2026-03-13T00:00'), '2026-03-20T00:00')
  assert.equal(next('0 0 13 * fri', '2026-04-10T00:00'), '2026-04-13T00:00')
})

test('what crontab(5) does not know is refused with a reason', () => {
  for (const text of ['* * * *', '* * * * * *', '61 * * * *', '0 0 L * *', '0 0 * * 1#2', 'noon', ''])
    assert.equal(parseCron(text).ok, false, text)
})
