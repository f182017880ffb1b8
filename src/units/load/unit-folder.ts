/** A folder of unit files as one revision has it. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { HostFacts } from '../host-facts.ts'
import type { LoadedUnits } from '../loaded-unit.ts'
import type { UnitName } from '../unit.ts'
import { emptyIndex, type UnitIndex } from './unit-index.ts'

/** The units of one revision of a folder, and what the next revision is loaded from. */
export interface UnitFolder extends LoadedUnits {
  readonly host: HostFacts
  readonly index: UnitIndex
  /** Unit → the instances that it names. */
  readonly naming: ReadonlyMap<UnitName, readonly UnitName[]>
  /** Units that are there only because others name them. */
  readonly named: ReadonlySet<UnitName>
  /** Findings about limits that slices withhold. */
  readonly withheld: readonly Diagnostic[]
}

/** The folder with nothing in it: every other one is loaded from here, or from one that was. */
export const emptyFolder = (host: HostFacts): UnitFolder => ({
  host,
  index: emptyIndex,
  units: new Map(),
  naming: new Map(),
  named: new Set(),
  withheld: [],
  diagnostics: [],
})
