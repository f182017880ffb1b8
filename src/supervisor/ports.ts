/** Everything the supervisor works with, handed over at construction. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { ProcessId } from '../base/process-id.ts'
import type { Executor } from '../executor/executor.ts'
import type { ConditionVerdict } from '../lifecycle/events.ts'
import type { LogCapture } from '../logs/log-port.ts'
import type { UnitStateStore } from '../store/unit-states.ts'
import type { HostFacts } from '../units/host-facts.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { Prober } from './health/probe.ts'
import type { Accounts } from './launch/accounts.ts'
import type { NamespaceFiles } from './launch/namespace-files.ts'
import type { LocalTime } from './local-time.ts'
import type { NotifySocket } from './notify/notify-socket.ts'
import type { Pace } from './pace.ts'
import type { PathHost } from './paths/path-host.ts'
import type { SocketHost } from './sockets/held-sockets.ts'
import type { WallAlarm } from './wall-alarm.ts'

export interface SupervisorPorts {
  readonly executor: Executor
  readonly logs: LogCapture
  readonly clock: Clock
  readonly log: Log
  readonly unitStates: Pick<UnitStateStore, 'load' | 'save' | 'remove'>
  /** Asked once for each run of a unit. */
  readonly hostFacts: () => Promise<HostFacts>
  readonly accounts: Accounts
  /** Evaluates Condition…= and Assert…= of a unit. */
  readonly conditions: (unit: LoadedUnit) => Promise<ConditionVerdict>
  readonly prober: Prober
  /** Undefined: sd_notify can't be had here, and `reason` says why; such units fail with that sentence. */
  readonly notify: NotifySocket | { readonly reason: string }
  readonly processFacts: ProcessFacts
  /** For what elapses by the clock on the wall, which may be set. */
  readonly alarm: WallAlarm
  readonly localTime: LocalTime
  readonly sockets: SocketHost
  readonly paths: PathHost
  /** For JoinsNamespaceOf=. Absent: every unit has namespaces of its own. */
  readonly namespaceFiles?: NamespaceFiles
  /** Absent: all launches and removals begin as soon as they are decided. */
  readonly pace?: Pace
  /** A unit that a person stopped is not started by what only wants it. */
  readonly isHeld: (unit: UnitName) => boolean
  /** The deployment that moved the unit is still under way, and takes it back if it fails. Absent: there are none. */
  readonly isOnTrial?: (unit: UnitName) => boolean
  /** 32 hex digits, never the same twice. */
  readonly newInvocationId: () => string
  /** From 0 up to 1: spreads what would otherwise happen all at once. */
  readonly random: () => number
  readonly settings: SupervisorSettings
}

export interface SupervisorSettings {
  /** `private_pids` of the configuration. */
  readonly privatePids: 'auto' | 'yes' | 'no'
  /** Names the boot (of the host or container): after another one no process of ours lives. */
  readonly bootMark: string
  /** Tells this host from others: FixedRandomDelay=. */
  readonly machineId: string
  /** Epoch ms: when the host, or the container, came up. */
  readonly bootedAtMs: number
  /** Epoch ms: when this daemon came up. */
  readonly startedAtMs: number
  /** The daemon's own environment, for PassEnvironment=. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What is asked about processes that are no children of a shim's. */
export interface ProcessFacts {
  /** Undefined: there is no such process. */
  identify(pid: number): ProcessId | undefined
  parentOf(pid: number): number | undefined
}
