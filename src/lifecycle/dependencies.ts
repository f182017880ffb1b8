/** What a start, stop or failure of one unit means for others (systemd.unit(5)). The order of whole plans is `plan/`'s. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'

export interface KnownUnits extends ReadonlyMap<UnitName, LoadedUnit> {
  /** Those of them that `namesOthers` is true of. Absent: any may. With thousands of units most are not to be looked at. */
  readonly naming?: Iterable<LoadedUnit>
}

/** Lists of names in `[Unit]` that this file reads. */
type Relation =
  | 'Requires'
  | 'Requisite'
  | 'Wants'
  | 'BindsTo'
  | 'PartOf'
  | 'Upholds'
  | 'Conflicts'
  | 'PropagatesStopTo'
  | 'StopPropagatedFrom'
  | 'PropagatesReloadTo'
  | 'ReloadPropagatedFrom'
  | 'After'
  | 'Before'

const namesIn = (unit: LoadedUnit | undefined, relation: Relation): readonly UnitName[] =>
  (unit?.unit[relation] as readonly UnitName[] | undefined) ?? []

/** Relations that are also asked from their other end. */
const askedBackwards = [
  'Requires',
  'Requisite',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'StopPropagatedFrom',
  'ReloadPropagatedFrom',
] as const satisfies readonly Relation[]

/** Whether what becomes of another unit may mean anything for this one. */
export const namesOthers = (unit: LoadedUnit): boolean =>
  askedBackwards.some((relation) => namesIn(unit, relation).length > 0)

/** Units that name this one in a relation. */
function namedBy(
  name: UnitName,
  relations: readonly (typeof askedBackwards)[number][],
  units: KnownUnits,
): readonly UnitName[] {
  const found = [...(units.naming ?? units.values())].filter((unit) =>
    relations.some((relation) => namesIn(unit, relation).includes(name)),
  )
  return found.map((unit) => unit.name)
}

/** Stopped on purpose: these stop as well. */
export const stoppedWith = (name: UnitName, units: KnownUnits): readonly UnitName[] =>
  without(name, [
    ...namedBy(name, ['Requires', 'Requisite', 'BindsTo', 'PartOf'], units),
    ...stopPropagatedTo(name, units),
  ])

/** Stops when it stops, for whatever reason: either of the two may say so. */
const stopPropagatedTo = (name: UnitName, units: KnownUnits): readonly UnitName[] => [
  ...known(namesIn(units.get(name), 'PropagatesStopTo'), units),
  ...namedBy(name, ['StopPropagatedFrom'], units),
]

/** Restarted on purpose: these restart as well, if they run. */
export const restartedWith = (name: UnitName, units: KnownUnits): readonly UnitName[] =>
  without(name, namedBy(name, ['Requires', 'Requisite', 'BindsTo', 'PartOf'], units))

/** Reloaded on purpose: these reload as well, if they run and can. */
export const reloadedWith = (name: UnitName, units: KnownUnits): readonly UnitName[] =>
  without(name, [
    ...known(namesIn(units.get(name), 'PropagatesReloadTo'), units),
    ...namedBy(name, ['ReloadPropagatedFrom'], units),
  ])

/** Went down by itself, for whatever reason: these can't be without it, or are to stop with it. */
export const boundTo = (name: UnitName, units: KnownUnits): readonly Bond[] => {
  const bound = without(name, namedBy(name, ['BindsTo'], units))
  const told = without(name, stopPropagatedTo(name, units)).filter((other) => !bound.includes(other))
  return [
    ...bound.map((other) => ({ name: other, by: 'BindsTo=' })),
    ...told.map((other) => ({ name: other, by: 'PropagatesStopTo=' })),
  ]
}

export interface Bond {
  readonly name: UnitName
  /** The directive that says so. */
  readonly by: string
}

/** Can't be up together with it, whichever of the two says so. */
export const conflictsWith = (name: UnitName, units: KnownUnits): readonly UnitName[] =>
  without(name, [
    ...namesIn(units.get(name), 'Conflicts').filter((other) => units.has(other)),
    ...namedBy(name, ['Conflicts'], units),
  ])

/** Must be up as long as these are. */
export const upholdersOf = (name: UnitName, units: KnownUnits): readonly UnitName[] =>
  namedBy(name, ['Upholds'], units)

export interface PulledIn {
  readonly name: UnitName
  /** Its failure fails the unit that pulls it in. */
  readonly isRequired: boolean
  /** The unit that pulls it in waits for it. */
  readonly isAwaited: boolean
}

/** What a start of the unit starts as well; what lies outside of the known units counts as satisfied. */
export function pulledInBy(name: UnitName, units: KnownUnits): readonly PulledIn[] {
  const unit = units.get(name)
  const required = new Set([...namesIn(unit, 'Requires'), ...namesIn(unit, 'BindsTo')])
  const all = [...required, ...namesIn(unit, 'Wants'), ...namesIn(unit, 'Upholds')]
  return without(name, all)
    .filter((other) => units.has(other))
    .map((other) => ({
      name: other,
      isRequired: required.has(other),
      isAwaited: isAfter(name, other, units),
    }))
}

/** Requisite=: must be up already. */
export const requisitesOf = (name: UnitName, units: KnownUnits): readonly UnitName[] =>
  namesIn(units.get(name), 'Requisite').filter((other) => units.has(other))

/** Whether `later` starts after `earlier`, as either of them says; it stops before it, then. */
export const isAfter = (later: UnitName, earlier: UnitName, units: KnownUnits): boolean =>
  namesIn(units.get(later), 'After').includes(earlier) ||
  namesIn(units.get(earlier), 'Before').includes(later)

const known = (names: readonly UnitName[], units: KnownUnits): readonly UnitName[] =>
  names.filter((name) => units.has(name))

const without = (name: UnitName, names: readonly UnitName[]): readonly UnitName[] => [
  ...new Set(names.filter((other) => other !== name)),
]
