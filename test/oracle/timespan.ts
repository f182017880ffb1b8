/** Compares time spans with systemd's own answers: validity, length, how it is printed. */
import { reportTimeSpan } from '../../src/units/time-span/report.ts'
import type { RowFailure, RunTable } from './table-result.ts'
import { jsonCell, type Row, readTable } from './tsv.ts'

export const run: RunTable = () => {
  const rows = readTable('timespan', 'public.tsv')
  const failures = rows.flatMap((row) => compare(row) ?? [])
  return { table: 'time spans', passed: rows.length - failures.length, failures }
}

const compare = (row: Row): RowFailure | undefined => {
  const input = jsonCell<string>(row, 'input_json') ?? ''
  const { verdict, usec = '', human = '' } = reportTimeSpan(input)
  const got = [verdict, usec, human].join(' | ')
  const wanted = ['verdict', 'usec', 'human'].map((column) => row[column]).join(' | ')
  return got === wanted ? undefined : { row: input, why: `wanted ${wanted}, got ${got}` }
}
