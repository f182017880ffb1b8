/** What is known of the units beside their state: settings of the last good parse, neighbours, the commit that changed each. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Revision } from '../base/revision.ts'
import type { DesiredState, UnitGraph } from '../plan/desired.ts'
import { emptyGraph } from '../plan/graph.ts'
import { ChangeFinder } from './change-finder.ts'
import { definitionsOf, type Parsed } from './definitions.ts'
import type { Passed } from './reconcile.ts'
import { isAutomatic } from './taken-back.ts'
import type { World } from './world.ts'

export interface Neighbourhood {
  readonly graph: UnitGraph
  readonly changedIn: ReadonlyMap<string, Revision>
  /** Of the newest commit that was looked at, refused or not. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Keeps the neighbourhood of the newest revision that was not refused. */
export class NeighbourhoodKeeper {
  readonly #world: World
  readonly #changes: ChangeFinder
  #learned: Parsed | undefined
  #now: Neighbourhood = { graph: emptyGraph, changedIn: new Map(), diagnostics: [] }

  constructor(world: World) {
    this.#world = world
    this.#changes = new ChangeFinder(world)
  }

  get now(): Neighbourhood {
    return this.#now
  }

  /** What ran before the daemon did. */
  recall(desired: DesiredState): void {
    this.#now = { ...this.#now, graph: desired }
    this.#find(desired.revision, desired)
  }

  /** After a pass: of a commit that was taken back, only what it is blamed for is of interest. */
  async settle(passed: Passed): Promise<void> {
    this.learn(passed)
    const { generations, applied, revision } = this.#world
    const [newest] = generations.latest(1)
    const isBack = passed.deployed?.generation !== undefined && newest !== undefined && isAutomatic(newest)
    if (isBack && revision !== undefined)
      this.recall((await definitionsOf(applied, revision, this.#world)).desired)
  }

  learn({ parsed, revision }: Pick<Passed, 'parsed' | 'revision'>): void {
    if (parsed === undefined || parsed === this.#learned) return
    this.#learned = parsed
    const { diagnostics } = parsed.desired
    if (parsed.isRefused) {
      this.#now = { ...this.#now, diagnostics }
      return
    }
    this.#now = { ...this.#now, graph: parsed.desired, diagnostics }
    this.#find(revision, parsed.desired)
  }

  #find(revision: Revision, desired: DesiredState): void {
    this.#findCommits(revision, desired).catch((error: Error) =>
      this.#world.log.warn('the commits that changed the units could not be found', { error: error.message }),
    )
  }

  async #findCommits(revision: Revision, desired: DesiredState): Promise<void> {
    const changedIn = await this.#changes.find(revision, desired)
    this.#now = { ...this.#now, changedIn }
  }
}
