/** What a revision asks for: its units, their relations, and which of them are wanted. */

import type { Diagnostic } from '../base/diagnostic.ts'
import type { Revision } from '../base/revision.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { CanonicalSettings } from './canonical.ts'
import type { NameIndex } from './name-index.ts'

/** The very same object for as long as nothing of it changes, over all revisions. */
export interface DesiredUnit {
  readonly unit: LoadedUnit
  readonly settings: CanonicalSettings
  readonly hash: string
  /** Whether it is to run by itself (DESIGN.md section 4), not only when something activates it. */
  readonly isWanted: boolean
}

/** Units and who speaks of whom. Names are followed when they are asked for: `graph.ts`. */
export interface UnitGraph {
  readonly units: ReadonlyMap<UnitName, DesiredUnit>
  /** Units, there or not → those that name them in a dependency, or as what they activate. */
  readonly mentions: NameIndex
  /** Other names → the units that go by them. */
  readonly aliases: NameIndex
}

export interface DesiredState extends UnitGraph {
  readonly revision: Revision
  /** Everything found on the way; an `error` among them refuses the revision. */
  readonly diagnostics: readonly Diagnostic[]
}
