/** Compares calendar events with systemd's own answers: validity, normal form, the next five elapses. */
import { formatCalendar } from '../../src/units/calendar/format.ts'
import { nextElapse } from '../../src/units/calendar/next-elapse.ts'
import { parseCalendar } from '../../src/units/calendar/parse.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'
import { parseTimestamp } from '../../src/units/calendar/timestamp.ts'
import { utcText } from '../../src/units/calendar/timestamp-text.ts'
import { readTable } from './read-table.ts'
import type { RowFailure, RunTable } from './table-result.ts'

const elapsesPerRow = 5

export const run: RunTable = () => {
  const rows = readTable('calendar')
  if (typeof rows === 'string') return { table: 'calendar', passed: 0, failures: [], skipped: rows }
  const graded = rows.filter((row) => row[10] === '-')
  const failures = graded.flatMap((row) => compare(row) ?? [])
  return { table: 'calendar', passed: graded.length - failures.length, failures }
}

const compare = (row: readonly string[]): RowFailure | undefined => {
  const [expression = '', zone = '', base = '', ...answer] = row
  const wanted = answer.slice(0, 2 + elapsesPerRow).join(' | ')
  const got = ask(JSON.parse(expression), zone, base).join(' | ')
  return got === wanted
    ? undefined
    : { row: `${expression} ${zone} ${base}`, why: `wanted ${wanted}, got ${got}` }
}

const ask = (expression: string, zone: string, base: string): string[] => {
  const calendar = parseCalendar(expression)
  const blanks = Array.from({ length: elapsesPerRow }, () => '')
  if (!calendar.ok) return ['invalid', '', ...blanks]
  const zones = new TimeZones(zone)
  const elapses: string[] = []
  let at = parseTimestamp(base, 0, zones)
  while (at !== undefined && elapses.length < elapsesPerRow) {
    at = nextElapse(calendar.value, at, zones)
    if (at !== undefined) elapses.push(utcText(at))
  }
  if (elapses.length === 0) elapses.push('never')
  return ['valid', formatCalendar(calendar.value), ...elapses, ...blanks].slice(0, 2 + elapsesPerRow)
}
