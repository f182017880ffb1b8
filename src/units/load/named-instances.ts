/** Instances that are units because others name them: as a dependency, or as what they activate. */
import { connectionModelName } from '../connection-units.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { nameKind, parseUnitName } from '../name.ts'
import type { UnitName } from '../unit.ts'
import { canonicalName, type UnitIndex } from './unit-index.ts'

/** Instances that a unit names, whether their templates lie in the folder or not. A template names nothing for itself. */
export const instancesNamedBy = ({
  name,
  unit,
  timer,
  path,
  socket,
  isTemplate,
}: LoadedUnit): readonly UnitName[] => {
  if (isTemplate) return []
  const pulledIn = [unit.Requires, unit.BindsTo, unit.Wants, unit.Upholds, unit.OnFailure, unit.OnSuccess]
  const perConnection = socket?.Accept ? connectionModelName(name) : undefined
  const activated = [timer?.Unit, path?.Unit, socket?.Service, perConnection].flatMap((each) => each ?? [])
  return [...pulledIn, activated].flatMap((names) => names?.filter((each) => each.includes('@')) ?? [])
}

/** The unit that the name of an instance stands for, where its template lies in the folder. */
export const instanceHere = (name: UnitName, index: UnitIndex): UnitName | undefined => {
  const canonical = canonicalName(index, name)
  const parts = parseUnitName(canonical)
  const isHere =
    parts !== undefined &&
    nameKind(parts) === 'instance' &&
    index.fragments.has(`${parts.prefix}@.${parts.type}`)
  return isHere ? canonical : undefined
}
