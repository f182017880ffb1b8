/** Desired state: the units of a revision, the edges between them, and which are wanted. */

import type { Diagnostic, Position } from '../base/diagnostic.ts'
import type { Revision } from '../base/revision.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { CanonicalSettings } from './canonical.ts'

export interface DesiredUnit {
  readonly unit: LoadedUnit
  readonly settings: CanonicalSettings
  readonly hash: string
  /** Whether it is to run by itself (DESIGN.md section 4), not only when something activates it. */
  readonly isWanted: boolean
}

export type OrderingKind = 'After' | 'Before'

/** `from` starts after `to` is ready. Where in which file it was asked for. */
export interface OrderingEdge {
  readonly from: UnitName
  readonly to: UnitName
  readonly kind: OrderingKind
  readonly position: Position
}

export interface DesiredState {
  readonly revision: Revision
  readonly units: ReadonlyMap<UnitName, DesiredUnit>
  /** Ordering between units of this state only; satisfied-by-default targets are gone. */
  readonly orderings: readonly OrderingEdge[]
  /** Everything found on the way; an `error` among them refuses the revision. */
  readonly diagnostics: readonly Diagnostic[]
}
