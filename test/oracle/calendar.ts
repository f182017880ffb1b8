/** Compares calendar events with systemd's own answers: validity, normal form, the next five elapses. */
import { reportCalendar } from '../../src/units/calendar/report.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'
import { parseTimestamp } from '../../src/units/calendar/timestamp.ts'
import type { RowFailure, RunTable } from './table-result.ts'
import { jsonCell, type Row, readTable } from './tsv.ts'

const iterations = 5
const columns = ['verdict', 'normalized', 'elapse1', 'elapse2', 'elapse3', 'elapse4', 'elapse5']

/** Rows with a note are systemd's own quirks, which the oracle itself leaves out. */
export const run: RunTable = () => {
  const rows = readTable('calendar', 'public.tsv').filter((row) => row['note'] === '-')
  const failures = rows.flatMap((row) => compare(row) ?? [])
  return { table: 'calendar', passed: rows.length - failures.length, failures }
}

const compare = (row: Row): RowFailure | undefined => {
  const { tz = '', base_time = '' } = row
  const expression = jsonCell<string>(row, 'expression_json') ?? ''
  const zones = new TimeZones(tz)
  const baseUsec = parseTimestamp(base_time, 0, zones) ?? 0
  const { verdict, normalized, elapses = [] } = reportCalendar({ expression, baseUsec, iterations, zones })
  const answer = [verdict, normalized, ...elapses]
  const got = columns.map((_, at) => answer[at] ?? '').join(' | ')
  const wanted = columns.map((column) => row[column]).join(' | ')
  return got === wanted
    ? undefined
    : { row: `${expression} ${tz} ${base_time}`, why: `wanted ${wanted}, got ${got}` }
}
