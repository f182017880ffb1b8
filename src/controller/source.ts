/** The branch as the controller sees it: its tip, and what is wrong with it since when. */
import { GitprocError } from '../base/error.ts'
import type { Revision } from '../base/revision.ts'
import { judgeMove, type MoveKind } from './source-policy.ts'
import type { SyncFacts } from './sync-status.ts'
import type { World } from './world.ts'

export interface Trouble {
  readonly code: string
  readonly text: string
  readonly remedy: string | undefined
  readonly sinceMs: number
}

/** How many commits between two revisions a plan lists at most. */
const commitsListed = 100

export class Source {
  readonly #world: World
  #trouble: Trouble | undefined
  #passHead: string | undefined
  /** The tip that was followed last. */
  #followed: Revision | undefined

  constructor(world: World) {
    this.#world = world
    this.#followed = world.revision
  }

  get trouble(): Trouble | undefined {
    return this.#trouble
  }

  /** Runs a pass and remembers how the source was; while it cannot be read, `otherwise` keeps the last state up. */
  async watched<T>(pass: (tip: Revision) => Promise<T>, otherwise: () => Promise<void>): Promise<T> {
    try {
      const result = await pass(await this.#follow())
      this.#trouble = undefined
      return result
    } catch (error) {
      this.#remember(error)
      if (error instanceof GitprocError && error.code.startsWith('git/')) await otherwise()
      throw error
    }
  }

  /** True when the tip is another one than the running pass works on. */
  async hasMoved(): Promise<boolean> {
    try {
      return (await this.#world.repository.head()).sha !== this.#passHead
    } catch {
      return false // the next pass will meet the same trouble, and say so
    }
  }

  async head(): Promise<SyncFacts['head']> {
    try {
      return await this.#world.repository.head()
    } catch (error) {
      this.#remember(error)
      const isMissing =
        error instanceof GitprocError && (error.code === 'git/no-branch' || error.code === 'git/no-commit')
      return { problem: isMissing ? 'BranchMissing' : 'Unknown' }
    }
  }

  /** The commits that a move from one revision to another brings, newest first. */
  async commitsBetween(from: Revision | undefined, to: Revision): Promise<readonly Revision[]> {
    const commits = await this.#world.repository.log(to.sha, commitsListed)
    const end = commits.findIndex((commit) => commit.sha === from?.sha)
    return end === -1 ? commits.slice(0, 1) : commits.slice(0, end)
  }

  /** The branch's tip, if the way there is one that may be gone. */
  async #follow(): Promise<Revision> {
    const to = await this.#world.repository.head()
    this.#passHead = to.sha
    const verdict = judgeMove({ from: this.#followed, to, kind: await this.#kindOfMove(to) })
    switch (verdict.kind) {
      case 'follow':
        this.#followed = to
        return to
    }
  }

  async #kindOfMove(to: Revision): Promise<MoveKind> {
    const { repository } = this.#world
    const from = this.#followed
    if (from === undefined) return 'first'
    if (from.sha === to.sha) return 'none'
    try {
      const isForward = await repository.isAncestor(from.sha, to.sha)
      if (isForward !== false) return isForward ? 'forward' : 'unknown'
      return (await repository.isAncestor(to.sha, from.sha)) ? 'back' : 'aside'
    } catch {
      return 'unknown' // the old tip is gone, as after a repository was made anew
    }
  }

  #remember(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    const { code, remedy } = error instanceof GitprocError ? error : { code: 'bug', remedy: undefined }
    const sinceMs = this.#trouble?.code === code ? this.#trouble.sinceMs : this.#world.clock.now()
    this.#trouble = { code, text, remedy, sinceMs }
  }
}
