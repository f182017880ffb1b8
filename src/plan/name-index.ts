/** Who speaks of a name: kept from one revision to the next, and touched only where a unit speaks of other names now. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'

/** A name → the units that speak of it, sorted. */
export type NameIndex = ReadonlyMap<string, readonly UnitName[]>

/** A unit as it was and as it is; undefined where there was none, or is none any more. */
export interface UnitMove {
  readonly name: UnitName
  readonly before: LoadedUnit | undefined
  readonly after: LoadedUnit | undefined
}

type NamesOf = (unit: LoadedUnit) => readonly string[]

export const nextNameIndex = (before: NameIndex, moves: readonly UnitMove[], namesOf: NamesOf): NameIndex => {
  const { movers, speakers } = speakersOf(moves, namesOf)
  if (speakers.size === 0) return before
  const index = new Map(before)
  for (const [name, units] of speakers) {
    const others = (before.get(name) ?? []).filter((unit) => !movers.has(unit))
    if (others.length + units.length === 0) index.delete(name)
    else index.set(name, [...others, ...units].sort())
  }
  return index
}

/** Units that speak of other names now; and for every name that they speak or spoke of, those that do. */
const speakersOf = (moves: readonly UnitMove[], namesOf: NamesOf) => {
  const movers = new Set<UnitName>()
  const speakers = new Map<string, UnitName[]>()
  const of = (name: string): UnitName[] => {
    const known = speakers.get(name) ?? []
    speakers.set(name, known)
    return known
  }
  for (const { name: unit, before, after } of moves) {
    const earlier = new Set(before && namesOf(before))
    const now = new Set(after && namesOf(after))
    if (earlier.size === now.size && [...now].every((each) => earlier.has(each))) continue
    movers.add(unit)
    for (const name of earlier) of(name)
    for (const name of now) of(name).push(unit)
  }
  return { movers, speakers }
}
