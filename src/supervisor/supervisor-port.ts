/** What the controller and the api may ask of the supervisor. */
import type { Cause } from '../base/cause.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { UnitStatus } from './unit-status.ts'

/** How a start, reload or restart ended: ready (health included), or why not. */
export type Outcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Something newer was asked of the unit meanwhile. */
  | { readonly kind: 'superseded' }

export interface UnitChange {
  readonly unit: UnitName
  readonly status: UnitStatus
  /** The transition in one line, as logged and as shown inline in `logs`: `exited 78, start 5 of 5, giving up`. */
  readonly text: string
  readonly atMs: number
}

export interface Supervisor {
  /** Makes a unit known, or replaces its definition without touching what runs. The revision is the commit it comes from. */
  define(unit: LoadedUnit, revision: string): void
  /** Once, after the units that ran last time are defined and before anything is started: takes over what still lives. */
  adopt(): Promise<void>
  /** Forgets a unit that does not run. */
  undefine(unit: UnitName): void
  start(unit: UnitName, cause: Cause): Promise<Outcome>
  stop(unit: UnitName, cause: Cause): Promise<Outcome>
  restart(unit: UnitName, cause: Cause): Promise<Outcome>
  reload(unit: UnitName, cause: Cause): Promise<Outcome>
  /** Applies live settings of the present definition (limits, health, restart policy) to what runs. */
  update(unit: UnitName, cause: Cause): Promise<Outcome>
  /** Ends a failed state and its counters, without starting. */
  reset(unit: UnitName): void
  kill(unit: UnitName, signal: string, whom: 'main' | 'control' | 'all'): Promise<void>
  /** Without what it uses (memory, CPU time, …): asked at every turn of a deployment, and each figure is a file to read. */
  /** Writes to the pipe that a service reads. Fails with `executor/input`. */
  send(unit: UnitName, data: Uint8Array): Promise<void>
  /** Holds the processes of a running service where they are, until a thaw or a stop. */
  freeze(unit: UnitName, cause: Cause): Promise<Outcome>
  thaw(unit: UnitName, cause: Cause): Promise<Outcome>
  status(unit: UnitName): UnitStatus | undefined
  /** With what it uses now. */
  measured(unit: UnitName): UnitStatus | undefined
  /** All units, with what they use now. */
  statuses(): readonly UnitStatus[]
  subscribe(listener: (change: UnitChange) => void): () => void
}
