/** What a unit file says about the life of its service, in milliseconds: all that the table needs to know of it. */
import type { ExitStatusSet } from '../units/values.ts'

export const serviceTypes = [
  'simple',
  'exec',
  'forking',
  'oneshot',
  'notify',
  'notify-reload',
  'idle',
  'dbus',
] as const
export type ServiceType = (typeof serviceTypes)[number]

export const restartModes = [
  'no',
  'on-success',
  'on-failure',
  'on-abnormal',
  'on-watchdog',
  'on-abort',
  'always',
] as const
export type RestartMode = (typeof restartModes)[number]

export type KillMode = 'control-group' | 'mixed' | 'process' | 'none'
export type TimeoutFailureMode = 'terminate' | 'abort' | 'kill'
export type NotifyAccess = 'none' | 'main' | 'exec' | 'all'
export type OomPolicy = 'continue' | 'stop' | 'kill'

export const commandKinds = [
  'ExecCondition',
  'ExecStartPre',
  'ExecStart',
  'ExecStartPost',
  'ExecReload',
  'ExecStop',
  'ExecStopPost',
] as const
export type CommandKind = (typeof commandKinds)[number]

export interface CommandPolicy {
  /** The `-` prefix: a failure counts as success. */
  readonly ignoreFailure: boolean
}

export interface ServicePolicy {
  /** The unit's name, for sentences. */
  readonly name: string
  readonly type: ServiceType
  /** Why this service can't be run here at all; it fails at start with this sentence. */
  readonly unsupported: string | undefined
  readonly remainAfterExit: boolean
  /** Whether the service ends with its main process or with its last one. */
  readonly exitType: 'main' | 'cgroup'
  /** Whether Condition…= or Assert…= are to be evaluated before each start. */
  readonly hasConditions: boolean
  readonly commands: Readonly<Record<CommandKind, readonly CommandPolicy[]>>
  readonly restart: RestartPolicy
  readonly startLimit: StartLimit
  readonly successExitStatus: ExitStatusSet
  readonly timeouts: Timeouts
  readonly kill: KillPolicy
  /** Infinity: no watchdog. */
  readonly watchdogMs: number
  readonly pidFile: string | undefined
  readonly guessMainPid: boolean
  readonly notifyAccess: NotifyAccess
  readonly oomPolicy: OomPolicy
  /** Type=notify-reload: what asks for a reload. */
  readonly reloadSignal: string
  readonly health: HealthPolicy | undefined
}

export interface RestartPolicy {
  readonly mode: RestartMode
  readonly delayMs: number
  /** 0: every delay is `delayMs`. */
  readonly steps: number
  /** Infinity where RestartMaxDelaySec= is not set. */
  readonly maxDelayMs: number
  readonly preventExitStatus: ExitStatusSet
  readonly forceExitStatus: ExitStatusSet
}

export interface StartLimit {
  /** 0 or a burst of 0: no limit. */
  readonly intervalMs: number
  readonly burst: number
}

/** Infinity: wait for ever. */
export interface Timeouts {
  readonly startMs: number
  readonly stopMs: number
  readonly abortMs: number
  readonly runtimeMaxMs: number
  /** At most so much later, differently for each run. */
  readonly runtimeExtraMs: number
  readonly startFailureMode: TimeoutFailureMode
  readonly stopFailureMode: TimeoutFailureMode
}

export interface KillPolicy {
  readonly mode: KillMode
  readonly signal: string
  /** Used instead of `signal` where a start follows. */
  readonly restartSignal: string
  readonly finalSignal: string
  readonly watchdogSignal: string
  readonly sendSighup: boolean
  readonly sendSigkill: boolean
}

/**
 * What an unhealthy service gets: only its mark, a new start, an end as failed; or, while the deployment that moved it is
 * still under way, its earlier definition back (afterwards a new start).
 */
export type HealthAction = 'report' | 'restart' | 'stop' | 'rollback'

export interface HealthPolicy {
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Consecutive failures that make it unhealthy. */
  readonly retries: number
  /** Consecutive successes that make it healthy. */
  readonly successes: number
  /** Failures in this time after the start don't count. */
  readonly startPeriodMs: number
  readonly whenUnhealthy: HealthAction
}
