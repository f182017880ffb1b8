/** What is known of the units beside their state: settings of the last good parse, and the commit that last changed each. */

import type { Diagnostic } from '../base/diagnostic.ts'
import type { Revision } from '../base/revision.ts'
import type { DesiredState } from '../plan/desired.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { Passed } from './reconcile.ts'
import type { Neighbourhood } from './unit-view.ts'
import type { World } from './world.ts'

export class NeighbourhoodOf {
  readonly #world: World
  #desired: DesiredState | undefined
  #diagnostics: readonly Diagnostic[] = []
  #changedIn: ReadonlyMap<string, Revision> = new Map()

  constructor(world: World) {
    this.#world = world
  }

  /** Of the newest commit that was looked at, refused or not. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  now(): Neighbourhood & { readonly diagnostics: readonly Diagnostic[] } {
    return {
      units: this.#desired?.units ?? new Map(),
      changedIn: this.#changedIn,
      diagnostics: this.#diagnostics,
    }
  }

  learn({ parsed, revision }: Passed): void {
    if (parsed === undefined) return
    this.#diagnostics = parsed.desired.diagnostics
    if (parsed.isRefused) return
    this.#desired = parsed.desired
    this.#findCommits(revision, parsed.desired).catch((error: Error) =>
      this.#world.log.warn('the commits that changed the units could not be found', { error: error.message }),
    )
  }

  async #findCommits(revision: Revision, desired: DesiredState): Promise<void> {
    const paths = new Map([...desired.units.values()].map(({ unit }) => [unit.name, sourcesOf(unit)]))
    this.#changedIn = await this.#world.repository.lastChanges(revision.sha, paths)
  }
}

const sourcesOf = (unit: LoadedUnit): readonly string[] => [
  ...(unit.fragment ? [unit.fragment] : []),
  ...unit.dropIns,
]
