/** Requirement dependencies: who needs whom, and what is needed but not there. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearestUnit } from '../base/nearest.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import { isForeignUnit } from './foreign-units.ts'
import { positionOf } from './graph.ts'
import type { NameIndex } from './names.ts'

/** Directives whose unit cannot be without the other one. */
const strongKinds = ['Requires', 'Requisite', 'BindsTo'] as const
/** Directives that pull the other one in. */
const pullingKinds = ['Requires', 'BindsTo', 'Wants', 'Upholds'] as const
/** Directives by which a restart of the other one restarts this one too (systemd.unit(5)). */
const restartKinds = ['Requires', 'BindsTo', 'PartOf'] as const

type Kinds = readonly ('Requires' | 'Requisite' | 'BindsTo' | 'Wants' | 'Upholds' | 'PartOf')[]

const named = (unit: LoadedUnit, kinds: Kinds): readonly UnitName[] =>
  kinds.flatMap((kind) => unit.unit[kind] ?? [])

/** Units that this one names by a pulling dependency, templates' instances among them. */
export const pulledIn = (unit: LoadedUnit): readonly UnitName[] => named(unit, pullingKinds)

/** Units whose restart restarts this one. */
export const restartsWith = (unit: LoadedUnit): readonly UnitName[] => named(unit, restartKinds)

/** An error for each required unit that neither the folder nor the system has. */
export const missingRequirements = (units: Iterable<LoadedUnit>, names: NameIndex): readonly Diagnostic[] => {
  const diagnostics: Diagnostic[] = []
  for (const unit of units) {
    if (unit.isTemplate) continue
    for (const kind of strongKinds) {
      for (const name of unit.unit[kind] ?? []) {
        if (!names.has(name) && !isForeignUnit(name)) diagnostics.push(missing(unit, kind, name, names))
      }
    }
  }
  return diagnostics
}

const missing = (unit: LoadedUnit, kind: string, name: UnitName, names: NameIndex): Diagnostic => {
  const near = nearestUnit(name, names.keys())
  return {
    position: positionOf(unit, kind),
    severity: 'error',
    code: 'missing-requirement',
    message: `${kind}=${name}: there is no such unit in the repository`,
    man: 'systemd.unit(5)',
    suggestion: near ?? `add ${name}, or use Wants= if ${unit.name} can run without it`,
  }
}
