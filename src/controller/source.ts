/** The branch as the controller sees it: its tip, and what is wrong with it since when. */
import { GitprocError } from '../base/error.ts'
import type { Revision } from '../base/revision.ts'
import type { Repository } from '../git/repository-port.ts'
import { refuse } from './refuse.ts'
import type { SyncFacts } from './sync-status.ts'
import type { World } from './world.ts'

export interface Trouble {
  readonly code: string
  readonly text: string
  readonly remedy: string | undefined
  readonly sinceMs: number
  /** When it is tried again without anybody asking. */
  readonly nextTryAtMs?: number | undefined
}

/** How many commits between two revisions a plan lists at most. */
const commitsListed = 100

export class Source {
  readonly #world: World
  #trouble: Trouble | undefined
  /** The tip that the newest pass began with: a promise, for it may still be reading it. */
  #passTip: Promise<Revision> | undefined
  /** Why the tip is not followed. */
  #refusal: Trouble | undefined
  readonly #onNotice: (text: string) => void

  constructor(world: World, onNotice: (text: string) => void = () => {}) {
    this.#world = world
    this.#onNotice = onNotice
  }

  get trouble(): Trouble | undefined {
    return this.#trouble
  }

  /** Why the tip is not followed, where it may not be. */
  get refusal(): Trouble | undefined {
    return this.#refusal
  }

  /** Why the source cannot be read, where it cannot. A remote that is being fetched for the first time is no trouble yet. */
  get unreadable(): Trouble | undefined {
    const isBeingFetched =
      this.#world.repository.remote !== undefined && this.#trouble?.code === 'git/unreachable'
    return this.#remoteTrouble ?? (isBeingFetched ? undefined : this.#trouble)
  }

  /** All that is wrong or unusual with the source, the worst first. */
  get troubles(): readonly Trouble[] {
    const { warning } = this.#world.trust
    const unusual = warning && { ...warning, code: 'git/moved', remedy: 'gitproc history' }
    const all = [this.#remoteTrouble, this.#trouble, this.#refusal, unusual].filter(
      (each) => each !== undefined,
    )
    return all.filter((each, index) => all.findIndex(({ text }) => text === each.text) === index)
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

  /** True when the tip is another one than the running pass works on, and one that may be followed and applied. */
  async hasMoved(mayApply: (tip: Revision) => Promise<boolean>): Promise<boolean> {
    try {
      const tip = await this.#world.repository.head()
      if (!(await this.#world.trust.mayFollow(tip)) || !(await mayApply(tip))) return false
      // Compared last: while the tip is judged, a pass may begin that works on it already.
      return tip.sha !== (await this.#passTip)?.sha
    } catch {
      return false // the next pass will meet the same trouble, and say so
    }
  }

  /** The tip as far as it is known: what a remote held before it went away need not be what it holds now. */
  async head(): Promise<SyncFacts['head']> {
    try {
      const tip = await this.#tip()
      const { trouble } = this.#world.repository.remote ?? {}
      return trouble === undefined ? tip : problem(trouble.error)
    } catch (error) {
      this.#remember(error)
      return problem(error)
    }
  }

  /** A branch of which something was applied is not new: it was deleted. */
  async #tip(): Promise<Revision> {
    const { repository, revision } = this.#world
    try {
      return await repository.head()
    } catch (error) {
      const isOurs = repository.remote === undefined && revision !== undefined
      throw isOurs && isMissing(error) ? deletedBranch(repository, revision) : error
    }
  }

  /** What is wrong with the remote, while its last good state runs. */
  get #remoteTrouble(): Trouble | undefined {
    const { trouble, nextLookAtMs } = this.#world.repository.remote ?? {}
    if (trouble === undefined) return undefined
    const { code, message, remedy } = trouble.error
    return { code, text: message, remedy, sinceMs: trouble.sinceMs, nextTryAtMs: nextLookAtMs }
  }

  /** The commits that a move from one revision to another brings, newest first. */
  async commitsBetween(from: Revision | undefined, to: Revision): Promise<readonly Revision[]> {
    const commits = await this.#world.repository.log(to.sha, commitsListed)
    const end = commits.findIndex((commit) => commit.sha === from?.sha)
    return end === -1 ? commits.slice(0, 1) : commits.slice(0, end)
  }

  /** The branch's tip, if it may be followed there; otherwise the one that was followed last stays in force. */
  async #follow(): Promise<Revision> {
    const { trust } = this.#world
    this.#passTip = this.#tip()
    const tip = await this.#passTip
    const verdict = await trust.follow(tip)
    if (verdict.kind === 'follow') {
      this.#refusal = undefined
      if (verdict.warning !== undefined) this.#warn(verdict.warning, tip)
      return tip
    }
    const { reason, remedy } = verdict
    const isNew = this.#refusal?.text !== reason
    this.#refusal = {
      code: 'git/untrusted',
      text: reason,
      remedy,
      sinceMs: this.#since(this.#refusal, reason),
    }
    if (isNew) await refuse({ revision: tip, origin: 'commit', reason }, this.#world)
    if (trust.accepted !== undefined) return trust.accepted
    throw new GitprocError('git/untrusted', reason, { retry: 'later', remedy })
  }

  #warn(text: string, { sha }: Revision): void {
    this.#world.log.warn('branch moved in an unusual way, and is followed', { what: text, revision: sha })
    this.#onNotice(text)
  }

  #since(known: Trouble | undefined, text: string): number {
    return known?.text === text ? known.sinceMs : this.#world.clock.now()
  }

  #remember(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    const { code, remedy } = error instanceof GitprocError ? error : { code: 'bug', remedy: undefined }
    const sinceMs = this.#trouble?.code === code ? this.#trouble.sinceMs : this.#world.clock.now()
    this.#trouble = { code, text, remedy, sinceMs }
  }
}

const problem = (error: unknown): { readonly problem: 'BranchMissing' | 'Unknown' } => ({
  problem: isMissing(error) ? 'BranchMissing' : 'Unknown',
})

const isMissing = (error: unknown): boolean =>
  error instanceof GitprocError && ['git/no-branch', 'git/no-commit'].includes(error.code)

const deletedBranch = ({ path, branch }: Repository, { sha, subject }: Revision): GitprocError =>
  new GitprocError(
    'git/no-branch',
    `${path} has no branch ${branch} any more: what runs is of ${sha.slice(0, 7)} "${subject}"`,
    { retry: 'later', remedy: `git -C ${path} branch ${branch} ${sha.slice(0, 12)}` },
  )
