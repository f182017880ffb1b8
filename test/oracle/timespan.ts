/** Compares time spans with systemd's own answers: validity, length, how it is printed. */
import { reportTimeSpan } from '../../src/units/time-span/report.ts'
import { readTable } from './read-table.ts'
import type { RowFailure, RunTable } from './table-result.ts'

export const run: RunTable = () => {
  const rows = readTable('timespan')
  if (typeof rows === 'string') return { table: 'time spans', passed: 0, failures: [], skipped: rows }
  const failures = rows.flatMap((row) => compare(row) ?? [])
  return { table: 'time spans', passed: rows.length - failures.length, failures }
}

const compare = (row: readonly string[]): RowFailure | undefined => {
  const [input = '', ...answer] = row
  const report = reportTimeSpan(JSON.parse(input))
  const got = [report.verdict, String(report.usec ?? ''), report.human ?? ''].join(' | ')
  const wanted = answer.join(' | ')
  return got === wanted ? undefined : { row: input, why: `wanted ${wanted}, got ${got}` }
}
