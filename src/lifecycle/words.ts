/** How endings, spans and causes are said to people: short clauses without a capital and without a full stop. */
import type { Cause } from '../base/cause.ts'
import type { ExitRecord } from '../base/exit.ts'
import type { ServiceResult } from './service-result.ts'

export function exitWords(record: ExitRecord): string {
  const { exit } = record
  if (record.failedStep !== undefined) return `could not be started (${stepWords(record)})`
  if (record.oomKilled === true) return 'killed for lack of memory (OOM)'
  switch (exit.kind) {
    case 'exited':
      return `exited ${exit.code}${record.ambiguous === true ? ' (or was killed: the shell cannot tell)' : ''}`
    case 'killed':
      return `killed by ${exit.signal}${exit.dumpedCore ? ', core dumped' : ''}`
    case 'unknown':
      return `ended, exit status unknown (${exit.why})`
  }
}

function stepWords({ exit, failedStep, failedWhy }: ExitRecord): string {
  const step = exit.kind === 'exited' ? `${exit.code}/${failedStep}` : `${failedStep}`
  const why = failedWhy ?? (exit.kind === 'unknown' ? exit.why : undefined)
  return why === undefined ? step : `${step}: ${why}`
}

/** `250 ms`, `5 s`, `1 min 30 s`, `2 h`. */
export function spanWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`
  const [unit, name, rest, restName] =
    ms < 3_600_000 ? [60_000, 'min', 1000, 's'] : [3_600_000, 'h', 60_000, 'min']
  const whole = Math.floor(ms / unit)
  const left = Math.floor((ms - whole * unit) / rest)
  return left === 0 ? `${whole} ${name}` : `${whole} ${name} ${left} ${restName}`
}

export const causeWords = (cause: Cause): string => cause.text

const results: Readonly<Record<ServiceResult, string>> = {
  success: 'ended well',
  'exit-code': 'ended with a failure status',
  signal: 'ended by a signal',
  'core-dump': 'ended by a signal and dumped core',
  'oom-kill': 'a process was killed for lack of memory (OOM)',
  timeout: 'took too long',
  watchdog: 'its watchdog ran out',
  protocol: 'did not keep to the protocol of its Type=',
  resources: 'could not be set up',
  'start-limit-hit': 'was started too often',
  'exec-condition': 'ExecCondition= kept it from running',
  health: 'its health check failed',
  unknown: 'ended, and how is not known',
}

export const resultWords = (result: ServiceResult): string => results[result]
