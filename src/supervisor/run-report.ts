/** What a run of one unit in the foreground came to, in systemd's words and numbers: the answer of `gitproc run`. Pure. */
import type { ExitRecord } from '../base/exit.ts'
import { type ActiveState, activeStateOf } from '../lifecycle/active-state.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { Outcome } from './supervisor-port.ts'

/** Its keys are those of `gitproc run -o json`; times are ISO 8601. */
export interface RunReport {
  readonly unit: string
  /** Whether the start succeeded, and nothing failed afterwards. */
  readonly succeeded: boolean
  /** systemd's Result=. */
  readonly result: string
  /**
   * systemd's ExecMainStatus=: exit status or signal number of the last main process, the number of the step where it
   * could not be executed (203 EXEC, 217 USER, …), 0 where there was none; null: it ended, and how is not known.
   */
  readonly exit_status: number | null
  /** How the number is meant: null where there was no main process that ended. */
  readonly exit_code: 'exited' | 'killed' | 'dumped' | 'unknown' | null
  /** `SIGTERM`, for the two in the middle. */
  readonly signal: string | null
  /** systemd's ActiveState after the start, when nothing of the unit ran any more. */
  readonly state: ActiveState
  readonly sub_state: string
  readonly condition_result: boolean
  readonly assert_result: boolean
  readonly reason: string
  readonly main_pid: number | null
  readonly invocation_id: string | null
  readonly started_at: string | null
  readonly main_started_at: string | null
  readonly main_ended_at: string | null
  readonly ended_at: string
  readonly duration_ms: number
  /** Of a unit that stayed active with nothing running: what its stop came to. */
  readonly stopped: { readonly result: string; readonly state: ActiveState; readonly reason: string } | null
  /** Directives that this host does not enforce, with the reason. */
  readonly not_enforced: readonly string[]
}

export interface Run {
  readonly unit: string
  readonly outcome: Outcome
  readonly atRest: ServiceState
  /** After the stop of a unit that was active at rest. */
  readonly afterStop: ServiceState | undefined
  readonly mainPid: number | undefined
  readonly notEnforced: readonly string[]
  /** By name, as this host numbers them. */
  readonly signalNumbers: Readonly<Record<string, number>>
}

export function reportOf(run: Run): RunReport {
  const { atRest, afterStop } = run
  const last = afterStop ?? atRest
  const startedAtMs = atRest.invocation?.startedAtMs
  return {
    unit: run.unit,
    succeeded: run.outcome.kind !== 'failed' && last.result === 'success',
    result: atRest.result,
    ...exitOf(atRest.mainExit, run.signalNumbers),
    state: activeStateOf(atRest.state),
    sub_state: atRest.state,
    condition_result: atRest.conditionResult,
    assert_result: atRest.assertResult,
    reason: atRest.reason,
    main_pid: run.mainPid ?? null,
    invocation_id: atRest.invocation?.id ?? null,
    started_at: time(startedAtMs),
    main_started_at: time(atRest.invocation?.mainStartedAtMs),
    main_ended_at: time(atRest.mainExit?.atMs),
    ended_at: new Date(last.sinceMs).toISOString(),
    duration_ms: last.sinceMs - (startedAtMs ?? last.sinceMs),
    stopped:
      afterStop === undefined
        ? null
        : { result: afterStop.result, state: activeStateOf(afterStop.state), reason: afterStop.reason },
    not_enforced: run.notEnforced,
  }
}

function exitOf(
  record: ExitRecord | undefined,
  signalNumbers: Run['signalNumbers'],
): Pick<RunReport, 'exit_status' | 'exit_code' | 'signal'> {
  // A process that was never made has no status.
  if (record === undefined || (record.exit.kind === 'unknown' && record.failedStep !== undefined))
    return { exit_status: 0, exit_code: null, signal: null }
  const { exit } = record
  switch (exit.kind) {
    case 'exited':
      return { exit_status: exit.code, exit_code: 'exited', signal: null }
    case 'killed':
      return {
        exit_status: signalNumbers[exit.signal] ?? null,
        exit_code: exit.dumpedCore ? 'dumped' : 'killed',
        signal: exit.signal,
      }
    case 'unknown':
      return { exit_status: null, exit_code: 'unknown', signal: null }
  }
}

const time = (atMs: number | undefined): string | null =>
  atMs === undefined ? null : new Date(atMs).toISOString()
