/** Units by every name they go by: their own, links to them, and what [Install] Alias= gives them. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'

/** Any name of a unit → the unit's own name. */
export type NameIndex = ReadonlyMap<UnitName, UnitName>

export const nameIndex = (units: Iterable<LoadedUnit>): NameIndex => {
  const index = new Map<UnitName, UnitName>()
  const all = [...units]
  for (const unit of all)
    for (const alias of [...unit.aliases, ...(unit.install.Alias ?? [])]) index.set(alias, unit.name)
  for (const unit of all) index.set(unit.name, unit.name)
  return index
}
