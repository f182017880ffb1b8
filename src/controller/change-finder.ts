/** Which commit last changed each unit: found anew only of units that the commits since then can have touched. */
import { changedKeys, withChanges } from '../base/changed-keys.ts'
import type { Revision } from '../base/revision.ts'
import type { DesiredState, UnitGraph } from '../plan/desired.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { World } from './world.ts'

type Units = UnitGraph['units']

interface Found {
  readonly sha: string
  readonly units: Units
  readonly changedIn: ReadonlyMap<string, Revision>
}

export class ChangeFinder {
  readonly #world: World
  /** Of a revision of which nothing was held back. */
  #last: Found | undefined

  constructor(world: World) {
    this.#world = world
  }

  /** Unit → the commit. Fails `git/unreadable`. */
  async find({ sha }: Revision, { units }: DesiredState): Promise<ReadonlyMap<string, Revision>> {
    const heldBack = this.#heldBack()
    if (heldBack.size > 0) return this.#findAt(sha, units, heldBack)
    const changedIn = await this.#findAfter(this.#last, sha, units)
    this.#last = { sha, units, changedIn }
    return changedIn
  }

  async #findAfter(last: Found | undefined, sha: string, units: Units): Promise<Found['changedIn']> {
    const { repository } = this.#world
    // What was forced away may be gone from the repository, too.
    const touched = last && (await repository.touchedSince(last.sha, sha).catch(() => undefined))
    if (last === undefined || touched === undefined) return this.#findAt(sha, units, new Map())
    const moved = changedKeys(last.units, units, (before, after) => before.unit === after.unit)
    const asked = new Map<string, readonly string[]>()
    for (const name of new Set([...moved, ...unitsMadeOf(touched, units)])) {
      const unit = units.get(name)?.unit
      asked.set(name, unit ? sourcesOf(unit) : [])
    }
    if (asked.size === 0) return last.changedIn
    const found = await repository.lastChanges(sha, asked)
    return withChanges(last.changedIn, new Map([...asked.keys()].map((name) => [name, found.get(name)])))
  }

  async #findAt(
    sha: string,
    units: Units,
    heldBack: ReadonlyMap<string, string | undefined>,
  ): Promise<Found['changedIn']> {
    const changedIn = new Map<string, Revision>()
    for (const [at, names] of Map.groupBy(units.keys(), (name) => heldBack.get(name) ?? sha)) {
      const paths = new Map(names.map((name) => [name, sourcesOf(units.get(name)!.unit)]))
      for (const [name, found] of await this.#world.repository.lastChanges(at, paths))
        changedIn.set(name, found)
    }
    return changedIn
  }

  /** What was rejected is not what runs: the commit that counts is one of the last good definition's history. */
  #heldBack(): ReadonlyMap<string, string | undefined> {
    const { rejections, good } = this.#world
    return new Map(rejections.all().map(({ unit }) => [unit, good.get(unit)?.revision]))
  }
}

/** Of some names in the watched folder; of its directories, by what lies in them. */
const unitsMadeOf = (names: ReadonlySet<string>, units: Units): readonly string[] => {
  if (names.size === 0) return []
  const isMeant = (path: string): boolean =>
    names.has(path) || (path.includes('/') && names.has(path.split('/', 1)[0]!))
  const found: string[] = []
  for (const [name, { unit }] of units)
    if ((unit.fragment && isMeant(unit.fragment)) || unit.dropIns.some(isMeant)) found.push(name)
  return found
}

const sourcesOf = (unit: LoadedUnit): readonly string[] => [
  ...(unit.fragment ? [unit.fragment] : []),
  ...unit.dropIns,
]
