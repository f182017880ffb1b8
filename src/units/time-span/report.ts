/** The answers of `gitproc analyze timespan`: as an object for programs, as text in the manner of systemd-analyze. */
import { formatExactTimeSpan } from './format.ts'
import { infiniteSpan, parseExactTimeSpan } from './time-span.ts'

export interface TimeSpanReport {
  readonly input: string
  readonly verdict: 'valid' | 'invalid'
  /** `infinity`, or digits as text where a JSON number would not hold them all. */
  readonly usec?: number | string
  readonly human?: string
}

export const reportTimeSpan = (input: string): TimeSpanReport => {
  const usec = parseExactTimeSpan(input)
  if (usec === undefined) return { input, verdict: 'invalid' }
  return { input, verdict: 'valid', usec: usecValue(usec), human: formatExactTimeSpan(usec) }
}

const usecValue = (usec: bigint): number | string => {
  if (usec === infiniteSpan) return 'infinity'
  return usec <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(usec) : String(usec)
}

export const renderTimeSpan = (report: TimeSpanReport): string =>
  report.verdict === 'invalid'
    ? `"${report.input}" is no time span such as 5min 20s  [systemd.time(7)]`
    : [`Original: ${report.input}`, `      μs: ${report.usec}`, `   Human: ${report.human}`].join('\n')
