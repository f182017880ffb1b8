/** What units require and nobody has. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearestUnit } from '../base/nearest.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { UnitGraph } from './desired.ts'
import { isForeignUnit } from './foreign-units.ts'
import { positionOf, unitCalled } from './graph.ts'

/** Directives whose unit cannot be without the other one. */
const strongKinds = ['Requires', 'Requisite', 'BindsTo'] as const
/** Errors for each required unit that neither the folder nor the system has; units without any are left out. */
export const missingRequirements = (
  graph: UnitGraph,
  suspects: Iterable<UnitName>,
): ReadonlyMap<UnitName, readonly Diagnostic[]> => {
  const lacking = new Map<UnitName, readonly Diagnostic[]>()
  for (const name of [...suspects].sort()) {
    const unit = graph.units.get(name)?.unit
    const found = unit === undefined || unit.isTemplate ? [] : missingOf(unit, graph)
    if (found.length > 0) lacking.set(name, found)
  }
  return lacking
}

const missingOf = (unit: LoadedUnit, graph: UnitGraph): readonly Diagnostic[] =>
  strongKinds.flatMap((kind) =>
    (unit.unit[kind] ?? [])
      .filter((name) => unitCalled(graph, name) === undefined && !isForeignUnit(name))
      .map((name) => missing({ unit, kind, name }, graph)),
  )

interface Missing {
  readonly unit: LoadedUnit
  readonly kind: string
  readonly name: UnitName
}

const missing = ({ unit, kind, name }: Missing, { units, aliases }: UnitGraph): Diagnostic => ({
  position: positionOf(unit, kind),
  severity: 'error',
  code: 'missing-requirement',
  message: `${kind}=${name}: there is no such unit in the repository`,
  man: 'systemd.unit(5)',
  suggestion:
    nearestUnit(name, [...units.keys(), ...aliases.keys()].sort()) ??
    `add ${name}, or use Wants= if ${unit.name} can run without it`,
})
