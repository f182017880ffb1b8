/**
 * All that is known of one service: a plain JSON object, saved at each transition *before* its effects are carried out,
 * and taken over by the next daemon. Absent and undefined mean the same, so that JSON keeps it whole.
 */
import type { Cause } from '../base/cause.ts'
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'
import type { CommandKind } from './service-policy.ts'
import type { ServiceResult } from './service-result.ts'
import type { SubState } from './sub-state.ts'

/** Raise it when an older daemon could misread the object; `readServiceState` refuses what it does not know. */
export const serviceStateVersion = 1

export interface ServiceState {
  readonly version: typeof serviceStateVersion
  readonly state: SubState
  readonly sinceMs: number
  /** In English: why it is in this state, and what comes next. */
  readonly reason: string
  /** Who asked for the last start or stop, and why. */
  readonly cause: Cause | undefined
  /** The present run, or the last one. */
  readonly invocation: Invocation | undefined
  /** Present from the decision to launch until its end is known: while it is here, the unit has a process. */
  readonly main: OwnedProcess | undefined
  /** The one control command under way; as `main`, present from decision to end. */
  readonly control: ControlProcess | undefined
  /** Outcome of the present run so far; the first failure counts. */
  readonly result: ServiceResult
  /** In English: what exactly that failure was, where the result alone does not tell (which time-out, whose probe). */
  readonly resultText: string | undefined
  /** How the main process of this invocation ended. */
  readonly mainExit: ExitRecord | undefined
  /** How the last main process ended, whichever invocation it was of. */
  readonly lastExit: ExitRecord | undefined
  readonly timers: Timers
  /** Set by a deliberate stop: the unit's own Restart= is not asked when this run has ended. */
  readonly isStopRequested: boolean
  /** A start that waits for the stop under way to end. */
  readonly queuedStart: QueuedStart | undefined
  /** Epoch ms of the starts that count against StartLimitBurst=, oldest first. */
  readonly starts: readonly number[]
  /** The start limit ended it: nothing starts it again by itself. What it failed with stands in `result`. */
  readonly hasGivenUp: boolean
  /** systemd's NRestarts: restarts by its own policy since the last deliberate start. */
  readonly restarts: number
  /** Restarts without a good run in between: the exponent of RestartSteps=. */
  readonly streak: number
  /** False when a Condition…= kept it from running (ConditionResult=no); ExecCondition= has a result of its own. */
  readonly conditionResult: boolean
  /** False when an Assert…= kept it from running (AssertResult=no): that start failed, though the unit is not `failed`. */
  readonly assertResult: boolean
  readonly reload: ReloadRecord
  /** STATUS= of sd_notify. */
  readonly statusText: string | undefined
  /** READY=1 of this invocation was seen. */
  readonly isNotifiedReady: boolean
  /** Held where it is by somebody, until it is thawed or stopped. Absent in records of earlier versions. */
  readonly isFrozen?: boolean
  /** Processes that KillMode= or SendSIGKILL=no let live when the unit ended. */
  readonly leftOver: readonly ProcessId[]
}

export interface Invocation {
  /** 32 hex digits. */
  readonly id: string
  readonly startedAtMs: number
  /** SHA of the revision whose definition it runs at. */
  readonly revision: string | undefined
  /** Epoch ms when the main process was first seen. */
  readonly mainStartedAtMs: number | undefined
}

export interface OwnedProcess {
  /** Names its process directory within the invocation. */
  readonly role: string
  /** Undefined until the executor has seen it. */
  readonly process: ProcessId | undefined
  /** Which ExecStart= it is: oneshot services have several. */
  readonly index: number
}

export interface ControlProcess extends OwnedProcess {
  readonly kind: CommandKind
}

/** A start that begins once the way down has ended, by the definition of that time. */
export interface QueuedStart {
  readonly cause: Cause
}

/** Epoch ms; a timer that is not here is not armed. Only one is ever armed at the clock: the earliest. */
export interface Timers {
  /** What the state itself waits for: a start, a stop, RestartSec=. */
  readonly phaseAtMs?: number
  readonly watchdogAtMs?: number
  /** RuntimeMaxSec= */
  readonly runtimeMaxAtMs?: number
}

export interface ReloadRecord {
  /** How many there were in this invocation: tells apart the process directories of ExecReload=. */
  readonly count: number
  readonly result: ServiceResult
}

export const initialServiceState = (now: number): ServiceState => ({
  version: serviceStateVersion,
  state: 'dead',
  sinceMs: now,
  reason: 'not started yet',
  cause: undefined,
  invocation: undefined,
  main: undefined,
  control: undefined,
  result: 'success',
  resultText: undefined,
  mainExit: undefined,
  lastExit: undefined,
  timers: {},
  isStopRequested: false,
  queuedStart: undefined,
  starts: [],
  hasGivenUp: false,
  restarts: 0,
  streak: 0,
  conditionResult: true,
  assertResult: true,
  reload: { count: 0, result: 'success' },
  statusText: undefined,
  isNotifiedReady: false,
  leftOver: [],
})
