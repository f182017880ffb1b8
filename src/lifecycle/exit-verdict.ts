/** What an exit means: clean or not, by which Result=, and what ExecStop= and ExecStopPost= are told of it (systemd.exec(5)). */
import type { ExitRecord } from '../base/exit.ts'
import type { ExitStatusSet } from '../units/values.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState } from './service-state.ts'

/** Signals that end a daemon in good order; a oneshot service or a control command has to exit (systemd.service(5), Restart=). */
const cleanSignals: ReadonlySet<string> = new Set(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE'])

/** The verdict over the main process. */
export function mainVerdict(record: ExitRecord, index: number, policy: ServicePolicy): ServiceResult {
  const verdict = mainResult(record, policy)
  return policy.commands.ExecStart[index]?.ignoreFailure === true && record.exit.kind !== 'unknown'
    ? 'success'
    : verdict
}

function mainResult(record: ExitRecord, policy: ServicePolicy): ServiceResult {
  if (record.failedStep === undefined && isIn(policy.successExitStatus, record)) return 'success'
  const { exit } = record
  const isDaemon = policy.type !== 'oneshot'
  if (isDaemon && exit.kind === 'killed' && !exit.dumpedCore && cleanSignals.has(exit.signal))
    return 'success'
  return plainVerdict(record)
}

/** The verdict over a control command: nothing but exit status 0 is clean. */
export const controlVerdict = (record: ExitRecord, ignoreFailure: boolean): ServiceResult =>
  ignoreFailure ? 'success' : plainVerdict(record)

/** ExecCondition=: 1 to 254 skips the unit, 255 and everything else is a failure. */
export function conditionVerdict(record: ExitRecord, ignoreFailure: boolean): ServiceResult {
  const { exit } = record
  if (exit.kind === 'exited' && exit.code > 0 && exit.code < 255 && record.failedStep === undefined) {
    return ignoreFailure ? 'success' : 'exec-condition'
  }
  return controlVerdict(record, ignoreFailure)
}

function plainVerdict(record: ExitRecord): ServiceResult {
  const { exit } = record
  if (record.oomKilled === true) return 'oom-kill'
  switch (exit.kind) {
    case 'exited':
      return exit.code === 0 ? 'success' : 'exit-code'
    case 'killed':
      return exit.dumpedCore ? 'core-dump' : 'signal'
    case 'unknown':
      return record.failedStep === undefined ? 'unknown' : 'resources'
  }
}

export function isIn(set: ExitStatusSet, record: ExitRecord): boolean {
  const { exit } = record
  if (exit.kind === 'exited') return set.statuses.includes(exit.code)
  return exit.kind === 'killed' && set.signals.includes(exit.signal)
}

/** `$SERVICE_RESULT`, `$EXIT_CODE`, `$EXIT_STATUS` for ExecStop= and ExecStopPost=. */
export function resultEnvironment(state: ServiceState): Readonly<Record<string, string>> {
  return {
    SERVICE_RESULT: state.result,
    ...(state.mainExit === undefined ? {} : exitEnvironment(state.mainExit)),
  }
}

function exitEnvironment({ exit }: ExitRecord): Record<string, string> {
  switch (exit.kind) {
    case 'exited':
      return { EXIT_CODE: 'exited', EXIT_STATUS: String(exit.code) }
    case 'killed':
      return {
        EXIT_CODE: exit.dumpedCore ? 'dumped' : 'killed',
        EXIT_STATUS: exit.signal.replace(/^SIG/, ''),
      }
    case 'unknown':
      return {}
  }
}
