/** The edges of a desired state, followed from one unit: who waits for whom, and whom a restart takes along. */
import { withChanges } from '../base/changed-keys.ts'
import type { Position } from '../base/diagnostic.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { DesiredUnit, UnitGraph } from './desired.ts'
import { nextNameIndex, type UnitMove } from './name-index.ts'
import { pulledIn, restartsWith } from './requirements.ts'
import { activatedBy } from './wanted.ts'

export type OrderingKind = 'After' | 'Before'

/** `from` starts after `to` is ready. */
export interface OrderingEdge {
  readonly from: UnitName
  readonly to: UnitName
  readonly kind: OrderingKind
  /** Whose directive it is: one of the two. */
  readonly by: LoadedUnit
}

export const emptyGraph: UnitGraph = { units: new Map(), mentions: new Map(), aliases: new Map() }

/** The graph with these units changed, or gone where they are undefined. Costs what they have to say. */
export const withUnits = (
  graph: UnitGraph,
  changes: ReadonlyMap<UnitName, DesiredUnit | undefined>,
): UnitGraph => {
  const moves = [...changes].map(
    ([name, after]): UnitMove => ({ name, before: graph.units.get(name)?.unit, after: after?.unit }),
  )
  return { units: withChanges(graph.units, changes), ...namesAfter(graph, moves) }
}

/** Who speaks of whom once these units have moved. */
export const namesAfter = (
  { mentions, aliases }: Pick<UnitGraph, 'mentions' | 'aliases'>,
  moves: readonly UnitMove[],
): Pick<UnitGraph, 'mentions' | 'aliases'> => ({
  mentions: nextNameIndex(mentions, moves, mentionedBy),
  aliases: nextNameIndex(aliases, moves, otherNames),
})

/** The unit that goes by a name: its own before any link or Alias=; of several that claim it, the last by name. */
export const unitCalled = ({ units, aliases }: UnitGraph, name: UnitName): UnitName | undefined =>
  units.has(name) ? name : aliases.get(name)?.findLast((unit) => units.has(unit))

/** Links to a unit, and what [Install] Alias= gives it. */
export const otherNames = (unit: LoadedUnit): readonly UnitName[] => [
  ...unit.aliases,
  ...(unit.install.Alias ?? []),
]

/** All units that a unit names: in dependencies, and as what it activates. */
const mentionedBy = (unit: LoadedUnit): readonly string[] => {
  const { After, Before, Requires, Requisite, BindsTo, Wants, Upholds, PartOf } = unit.unit
  const { OnFailure, OnSuccess } = unit.unit
  const lists = [After, Before, Requires, Requisite, BindsTo, Wants, Upholds, PartOf, OnFailure, OnSuccess]
  return [...lists.flatMap((names) => names ?? []), ...activatedBy(unit)]
}

/** Units that name this one, by any name that it goes by, as `naming` tells. */
const speakersOf = (
  graph: UnitGraph,
  { unit }: DesiredUnit,
  naming: (speaker: LoadedUnit) => readonly UnitName[],
): readonly LoadedUnit[] =>
  [unit.name, ...otherNames(unit)].flatMap((name) =>
    unitCalled(graph, name) === unit.name
      ? (graph.mentions.get(name) ?? []).flatMap((speaker) => {
          const found = graph.units.get(speaker)?.unit
          return found && naming(found).includes(name) ? [found] : []
        })
      : [],
  )

/** Edges to the units of the graph that this one starts after; what is ordered against a unit that is not there orders nothing. */
export const orderingEdges = (graph: UnitGraph, from: UnitName): readonly OrderingEdge[] => {
  const own = graph.units.get(from)
  if (own === undefined) return []
  const after = own.unit.isTemplate ? [] : (own.unit.unit.After ?? [])
  const said = after.flatMap((name): readonly OrderingEdge[] => {
    const to = unitCalled(graph, name)
    return to === undefined || to === from ? [] : [{ from, to, kind: 'After', by: own.unit }]
  })
  const heard = speakersOf(graph, own, startsBefore).flatMap((by): readonly OrderingEdge[] =>
    by.name === from ? [] : [{ from, to: by.name, kind: 'Before', by }],
  )
  return [...said, ...heard]
}

/** A service gets its sockets when it starts (systemd.socket(5)). */
const startsBefore = (unit: LoadedUnit): readonly UnitName[] => {
  if (unit.isTemplate) return []
  const before = unit.unit.Before ?? []
  return unit.type === 'socket' ? [...before, ...activatedBy(unit)] : before
}

/** Units that a unit starts after, each once. */
export const startsAfter = (graph: UnitGraph, name: UnitName): readonly UnitName[] => [
  ...new Set(orderingEdges(graph, name).map(({ to }) => to)),
]

/** Units that are restarted when this one is: by Requires=, BindsTo= or PartOf=; and whom a socket has handed its files to. */
export const restartedWith = (graph: UnitGraph, name: UnitName): readonly UnitName[] => {
  const own = graph.units.get(name)
  if (own === undefined) return []
  const handedTo = own.unit.type === 'socket' ? activatedBy(own.unit) : []
  return [...handedTo, ...speakersOf(graph, own, restartsWith).map((unit) => unit.name)]
}

/** Units of the graph that a unit pulls in. */
export const needsOf = (graph: UnitGraph, name: UnitName): readonly UnitName[] => {
  const unit = graph.units.get(name)?.unit
  return unit ? [...new Set(pulledIn(unit).flatMap((other) => unitCalled(graph, other) ?? []))] : []
}

/** Units that pull a unit in. */
export const wantedBy = (graph: UnitGraph, name: UnitName): readonly UnitName[] => {
  const own = graph.units.get(name)
  return own ? [...new Set(speakersOf(graph, own, pulledIn).map((unit) => unit.name))] : []
}

/** Where a directive of a unit was last assigned; the unit's first line where it came about otherwise. */
export const positionOf = (unit: LoadedUnit, directive: string): Position => {
  const origin = unit.origins.findLast((entry) => entry.directive.endsWith(`.${directive}`))
  return origin?.position ?? { file: unit.fragment ?? unit.dropIns[0] ?? unit.name, line: 1, column: 1 }
}
