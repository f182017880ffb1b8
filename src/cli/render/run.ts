/** What a run in the foreground came to, for people: one line, and what this host did not enforce. */
import type { RunReport } from '../../run-unit.ts'
import { type Look, paint, printable } from './style.ts'
import { shortSpan } from './words.ts'

export const renderRun = (report: RunReport, look: Look): readonly string[] => {
  const { unit, succeeded, result, state, reason, duration_ms, stopped } = report
  const verdict = paint(look, succeeded ? 'good' : 'bad', succeeded ? 'succeeded' : 'failed')
  const facts = [`result ${result}`, statusWords(report), `${state} (${report.sub_state})`]
  return [
    `${unit}: ${verdict} after ${shortSpan(duration_ms)}: ${printable(reason)}`,
    `  ${facts.filter((fact) => fact !== '').join(', ')}`,
    ...(stopped === null ? [] : [`  then stopped: result ${stopped.result}, ${stopped.state}`]),
    ...report.not_enforced.map((what) => `  not enforced here: ${printable(what)}`),
  ]
}

const statusWords = ({ exit_code, exit_status, signal }: RunReport): string => {
  switch (exit_code) {
    case null:
      return ''
    case 'unknown':
      return 'exit status unknown'
    case 'exited':
      return `exit status ${exit_status}`
    case 'killed':
    case 'dumped':
      return `${exit_code} by ${signal}`
  }
}
