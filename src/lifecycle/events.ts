/** Everything that can happen to a service: the columns of the table. */
import type { Cause } from '../base/cause.ts'
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'

export type ServiceEvent =
  /** Somebody wants it up. `invocationId` names the run that may come of it. */
  | {
      readonly kind: 'start'
      readonly cause: Cause
      readonly revision: string | undefined
      readonly invocationId: string
    }
  | { readonly kind: 'stop'; readonly cause: Cause }
  | {
      readonly kind: 'restart'
      readonly cause: Cause
      readonly revision: string | undefined
      readonly invocationId: string
    }
  | { readonly kind: 'reload'; readonly cause: Cause }
  /** Somebody wants it held where it is, or going on again. */
  | { readonly kind: 'freeze'; readonly cause: Cause }
  | { readonly kind: 'thaw'; readonly cause: Cause }
  /** Forget a failure and the counters. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'conditions-checked'; readonly verdict: ConditionVerdict }
  | { readonly kind: 'main-spawned'; readonly process: ProcessId }
  | { readonly kind: 'main-execed' }
  /** A launch that failed counts as an exit whose record has `failedStep`. */
  | { readonly kind: 'main-exited'; readonly record: ExitRecord }
  /** Type=forking: PIDFile= or a guess told the main process; undefined: there is none to be found. */
  | { readonly kind: 'main-found'; readonly process: ProcessId | undefined }
  | { readonly kind: 'control-spawned'; readonly process: ProcessId }
  | { readonly kind: 'control-exited'; readonly record: ExitRecord }
  /** No process of the unit is left. Also the answer to a `signal` effect that found none. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'oom-killed' }
  /** The armed timer of the state itself; the rest is of the run that may come of it. */
  | {
      readonly kind: 'timed-out'
      readonly invocationId: string
      /** That of the present definition: what is launched now is launched from that. */
      readonly revision: string | undefined
    }
  | { readonly kind: 'watchdog-missed' }
  | { readonly kind: 'runtime-over' }
  /** The verdict of the health check is bad; `detail`: `503 three times`. On trial: its deployment is still under way. */
  | { readonly kind: 'unhealthy'; readonly detail: string; readonly isOnTrial?: boolean }
  | { readonly kind: 'notified-ready' }
  | { readonly kind: 'notified-reloading' }
  | { readonly kind: 'notified-stopping' }
  | { readonly kind: 'notified-status'; readonly text: string }
  /** MAINPID= of sd_notify. */
  | { readonly kind: 'notified-main'; readonly process: ProcessId }
  | { readonly kind: 'notified-alive' }
  /** WATCHDOG=trigger: treat it as if the watchdog had run out. */
  | { readonly kind: 'notified-watchdog-trigger' }
  /** EXTEND_TIMEOUT_USEC= */
  | { readonly kind: 'notified-extend'; readonly byMs: number }

export type ConditionVerdict =
  | { readonly kind: 'met' }
  /** A Condition…= does not hold: the unit is skipped. */
  | { readonly kind: 'skip'; readonly text: string }
  /** An Assert…= does not hold: the start failed, and the unit stays what it was, dead. */
  | { readonly kind: 'unasserted'; readonly text: string }
  /** Nobody could tell. */
  | { readonly kind: 'fail'; readonly text: string }

export type EventKind = ServiceEvent['kind']
export type EventOf<Kind extends EventKind> = Extract<ServiceEvent, { readonly kind: Kind }>

export const eventKinds = [
  'start',
  'stop',
  'restart',
  'reload',
  'freeze',
  'thaw',
  'reset',
  'conditions-checked',
  'main-spawned',
  'main-execed',
  'main-exited',
  'main-found',
  'control-spawned',
  'control-exited',
  'empty',
  'oom-killed',
  'timed-out',
  'watchdog-missed',
  'runtime-over',
  'unhealthy',
  'notified-ready',
  'notified-reloading',
  'notified-stopping',
  'notified-status',
  'notified-main',
  'notified-alive',
  'notified-watchdog-trigger',
  'notified-extend',
] as const satisfies readonly EventKind[]
