/** Requirement dependencies: who pulls whom in, and whose restart takes whom along. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'

/** Directives that pull the other one in. */
const pullingKinds = ['Requires', 'BindsTo', 'Wants', 'Upholds'] as const
/** Directives by which a restart of the other one restarts this one too (systemd.unit(5)). */
const restartKinds = ['Requires', 'BindsTo', 'PartOf'] as const

type Kinds = readonly ('Requires' | 'BindsTo' | 'Wants' | 'Upholds' | 'PartOf')[]

const named = (unit: LoadedUnit, kinds: Kinds): readonly UnitName[] =>
  kinds.flatMap((kind) => unit.unit[kind] ?? [])

/** Units that this one names by a pulling dependency, templates' instances among them. */
export const pulledIn = (unit: LoadedUnit): readonly UnitName[] => named(unit, pullingKinds)

/** Units whose restart restarts this one. */
export const restartsWith = (unit: LoadedUnit): readonly UnitName[] => named(unit, restartKinds)
