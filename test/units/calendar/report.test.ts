import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeTime } from '../../../src/units/calendar/relative-time.ts'
import { renderCalendar, reportCalendar } from '../../../src/units/calendar/report.ts'
import { TimeZones } from '../../../src/units/calendar/time-zone.ts'
import { parseTimestamp } from '../../../src/units/calendar/timestamp.ts'

const zones = new TimeZones('Europe/Berlin')
const baseUsec = parseTimestamp('2024-03-30T20:00:00Z', 0, zones)!
const question = (expression: string, iterations = 2) => ({ expression, baseUsec, iterations, zones })

test('the answer for programs has the next elapses in UTC', () => {
  assert.deepEqual(reportCalendar(question('02:30')), {
    expression: '02:30',
    tz: 'Europe/Berlin',
    base_time: '2024-03-30T20:00:00Z',
    verdict: 'valid',
    normalized: '*-*-* 02:30:00',
    elapses: ['2024-04-01T00:30:00Z', '2024-04-02T00:30:00Z'],
  })
  assert.deepEqual(reportCalendar(question('*-02-30')).elapses, ['never'])
})

test('an invalid event has a reason and no elapses', () => {
  const report = reportCalendar(question('25:00'))
  assert.equal(report.verdict, 'invalid')
  assert.match(report.reason ?? '', /hour/)
  assert.equal(report.elapses, undefined)
})

test('the answer for people shows local time, UTC and how far away it is', () => {
  assert.equal(
    renderCalendar(question('daily', 1), baseUsec),
    [
      '  Original form: daily',
      'Normalized form: *-*-* 00:00:00',
      '    Next elapse: Sun 2024-03-31 00:00:00 +01:00',
      '       (in UTC): Sat 2024-03-30 23:00:00 UTC',
      '       From now: 3h 0min left',
    ].join('\n'),
  )
  assert.match(renderCalendar(question('*-02-30'), baseUsec), /Next elapse: never/)
  assert.match(renderCalendar(question('soon'), baseUsec), /^"soon" is no calendar event: .*systemd\.time/)
})

test('a distance in time is told in at most two units', () => {
  const day = 86_400_000_000
  assert.equal(relativeTime(0, 0), 'now')
  assert.equal(relativeTime(day * 800, 0), '2 years 2 months left')
  assert.equal(relativeTime(0, day * 31), '1 month 0 days ago')
  assert.equal(relativeTime(0, day + 2 * 3_600_000_000), '1 day 2h ago')
  assert.equal(relativeTime(90_000_000, 0), '1min 30s left')
  assert.equal(relativeTime(1500, 0), '1ms left')
})
