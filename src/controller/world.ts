/** What a pass works on: the ports, and the little that the controller remembers between passes. */
import type { Revision } from '../base/revision.ts'
import type { Derivation } from '../plan/derivation.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { AppliedSet } from './applied-set.ts'
import type { ControllerPorts } from './ports.ts'
import type { SourceTrust } from './source-trust.ts'
import type { StandingOrders } from './standing-orders.ts'
import type { Turns } from './turns.ts'

export interface World extends Omit<ControllerPorts, 'applied' | 'good' | 'orders' | 'trust'> {
  readonly applied: AppliedSet
  readonly good: AppliedSet
  readonly orders: StandingOrders
  readonly trust: SourceTrust
  /** What was derived last: the next one differs from it by little. */
  readonly derived: Derivation | undefined
  /** Of the requests that people make of one unit. */
  readonly turns: Turns
  /** The definition that the supervisor has of each unit. */
  readonly defined: Map<string, LoadedUnit>
  /** The revision that was last applied, wholly or in part. */
  readonly revision: Revision | undefined
  isAt(revision: Revision): boolean
  arrive(revision: Revision): void
  remember(derived: Derivation): void
}
