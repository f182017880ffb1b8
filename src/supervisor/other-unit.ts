/** What a unit answers to that has no processes of its own: targets and slices, timers, sockets, paths. */
import type { Cause } from '../base/cause.ts'
import type { ActiveState } from '../lifecycle/active-state.ts'
import { defaultService } from '../units/connection-units.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { Connections } from './connections.ts'
import type { SupervisorPorts } from './ports.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

export interface OtherUnit {
  readonly name: UnitName
  readonly definition: LoadedUnit
  readonly status: UnitStatus
  redefine(definition: LoadedUnit, revision: string): void
  /** Takes over what an earlier daemon saved; called when all services have been adopted. */
  restore(saved: unknown): void
  start(cause: Cause): Outcome | Promise<Outcome>
  stop(cause: Cause): Outcome | Promise<Outcome>
  restart(cause: Cause): Outcome | Promise<Outcome>
  /** The present definition counts from now on. */
  refresh(): void
  /** A service came up or went down. */
  unitChanged(change: UpOrDown): void
  /** The daemon ends, or the unit is forgotten. */
  letGo(): void
}

export interface UpOrDown {
  readonly unit: UnitName
  readonly activeState: ActiveState
  readonly atMs: number
}

/** What such a unit may ask of the supervisor. */
export interface OtherSurroundings {
  readonly ports: SupervisorPorts
  readonly status: (name: UnitName) => UnitStatus | undefined
  /** Its start limit keeps it from being started again. */
  readonly hasGivenUp: (name: UnitName) => boolean
  /** The services of the connections that socket units with Accept=yes take. */
  readonly connections: Pick<Connections, 'begin' | 'count'>
  /** Starts a unit unless it is held, or not there; the answer says so then. */
  readonly activate: (name: UnitName, cause: Cause) => Promise<Outcome>
  readonly changed: (unit: OtherUnit, from: string) => void
}

export type OwnStatus = Pick<UnitStatus, 'activeState' | 'subState' | 'sinceMs' | 'reason'> &
  Partial<Pick<UnitStatus, 'result' | 'invocationId' | 'nextEventAtMs' | 'notEnforced' | 'trigger'>>

/** A status in which nothing of a process is known, for there is none. */
export const processlessStatus = (
  { name, unit }: LoadedUnit,
  revision: string,
  own: OwnStatus,
): UnitStatus => ({
  name,
  description: unit.Description ?? name,
  result: 'success',
  mainPid: undefined,
  invocationId: undefined,
  startedAtMs: own.activeState === 'active' ? own.sinceMs : undefined,
  restarts: 0,
  lastExit: undefined,
  nextEventAtMs: undefined,
  health: { state: 'none', detail: '', checkedAtMs: undefined },
  revision,
  statusText: undefined,
  user: undefined,
  memoryBytes: undefined,
  memoryPeakBytes: undefined,
  memoryMaxBytes: undefined,
  cpuUsageUsec: undefined,
  tasks: undefined,
  ioReadBytes: undefined,
  ioWriteBytes: undefined,
  notEnforced: [],
  ...own,
})

export const isUpStatus = (status: UnitStatus | undefined): boolean =>
  status !== undefined && ['active', 'activating', 'reloading'].includes(status.activeState)

/** `web.timer` → `web.service`, unless Unit= or Service= names another. */
export const activatedUnitOf = (unit: LoadedUnit): UnitName =>
  (unit.timer?.Unit ?? unit.path?.Unit ?? unit.socket?.Service) || defaultService(unit)
