/**
 * The bare repository that a remote is mirrored in. It belongs to us alone, so that whatever is wrong with it is mended by
 * making it anew; its branch names only commits whose files have been read, so that what it names can be applied.
 */
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { GitprocError } from '../../base/error.ts'
import { findGitDirectory, readText } from '../git-directory.ts'
import { LocalRepository } from '../local-repository.ts'
import { headRef, readRef } from '../refs.ts'
import { makeBare, packCount, setHead, setRef } from './bare-repository.ts'
import { notesPath } from './mirror-path.ts'
import { branchRef, type RemoteTip, type Transport } from './transport.ts'

export interface MirrorOptions {
  readonly path: string
  readonly folder: string
  readonly depth: number
  readonly clock: Pick<Clock, 'now'>
}

/** Each fetch leaves a pack: with this many a fresh mirror is smaller, and reads faster. */
const maxPacks = 64
/** How often a history that was cut off too early is asked for deeper, and how much. */
const deepenings = 4
const deepenFactor = 8
/** The depth by which git means all of the history. */
const infiniteDepth = 2 ** 31 - 1

export class Mirror {
  readonly #options: MirrorOptions
  #repository: LocalRepository | undefined
  #isDamaged = false

  constructor(options: MirrorOptions) {
    this.#options = options
    this.#putBack()
  }

  /** The branch that it was made for. */
  get branch(): string | undefined {
    return headRef(this.#options.path)?.replace(/^refs\/heads\//, '')
  }

  /** Undefined before the first fetch, and where it cannot be used. */
  repository(branch: string): LocalRepository | undefined {
    if (this.#repository?.branch !== branch) this.#repository = this.#open(branch)
    return this.#repository
  }

  /** It is made anew by the next fetch. Gives false where that was known. */
  distrust(): boolean {
    const isNews = !this.#isDamaged
    this.#isDamaged = true
    return isNews
  }

  isAt({ branch, sha }: RemoteTip): boolean {
    try {
      return !this.#isDamaged && this.repository(branch) !== undefined && this.#ref(branch) === sha
    } catch {
      return false // the ref itself is damaged
    }
  }

  /** Brings the branch here. What cannot be brought into the mirror as it is, is brought into a new one. */
  async update(tip: RemoteTip, transport: Transport, signal: AbortSignal): Promise<void> {
    const { path } = this.#options
    if (this.#isDamaged || this.repository(tip.branch) === undefined || packCount(path) > maxPacks)
      return this.#renew(tip, transport, signal)
    try {
      const sha = await this.#bring(path, { transport, signal, tip })
      this.follow(tip.branch, sha)
    } catch (error) {
      if (signal.aborted || !isPerhapsOurs(error)) throw error
      await this.#renew(tip, transport, signal)
    }
  }

  /** More of the history, until `suffices` or there is no more. */
  async deepen(branch: string, transport: Transport, asked: Deepening): Promise<void> {
    const { path, depth } = this.#options
    for (let round = 1; round <= deepenings && isShallow(path); round++) {
      const deeper = round === deepenings ? infiniteDepth : depth * deepenFactor ** round
      const sha = await transport.fetch({ gitDir: path, ref: branchRef(branch), depth: deeper }, asked.signal)
      await this.#verified(path, branch, sha)
      if (await asked.suffices()) return
    }
  }

  /** The branch is there now: whoever reads it next sees the new commit. */
  follow(branch: string, sha: string): void {
    const { path } = this.#options
    this.set(branch, sha)
    if (this.branch !== branch) setHead(path, branchRef(branch))
    this.#repository ??= this.#open(branch)
  }

  /** A branch of ours, beside the one that is followed. */
  set(branch: string, sha: string): void {
    setRef(this.#options.path, branchRef(branch), sha)
  }

  forget(branch: string): void {
    rmSync(join(this.#options.path, branchRef(branch)), { force: true })
  }

  at(path: string, branch: string): LocalRepository {
    const { folder, clock } = this.#options
    return new LocalRepository(findGitDirectory(path), { path, branch, folder, clock, pollMs: neverMs })
  }

  close(): void {
    this.#repository?.close()
  }

  /** Fetches into a bare repository and reads all that a pass will read. Gives the commit. */
  async #bring(gitDir: string, { transport, signal, tip }: Bringing): Promise<string> {
    const { branch } = tip
    const before = readRef(gitDir, branchRef(branch))
    const sha = await transport.fetch({ gitDir, ref: branchRef(branch), depth: this.#options.depth }, signal)
    const repository = await this.#verified(gitDir, branch, sha)
    if (before !== undefined) {
      // Without the way from one to the other nobody could tell a new commit from a force push.
      const suffices = async () => (await repository.isAncestor(before, sha)) !== undefined
      if (!(await suffices())) await this.deepen(branch, transport, { signal, suffices })
    }
    if (repository !== this.#repository) repository.close()
    return sha
  }

  /** Read by the one that will read it again for the pass: it keeps what has not changed. */
  async #verified(gitDir: string, branch: string, sha: string): Promise<LocalRepository> {
    const known = gitDir === this.#options.path ? this.repository(branch) : undefined
    const repository = known ?? this.at(gitDir, branch)
    try {
      await repository.files(sha)
    } catch (error) {
      // A commit that we refuse is here all the same, and says so when it is its turn.
      if (!(error instanceof GitprocError) || error.code === 'git/unreadable') throw error
    }
    return repository
  }

  async #renew(tip: RemoteTip, transport: Transport, signal: AbortSignal): Promise<void> {
    const { path } = this.#options
    const fresh = `${path}.new`
    rmSync(fresh, { recursive: true, force: true })
    try {
      makeBare(fresh, branchRef(tip.branch))
      const sha = await this.#bring(fresh, { transport, signal, tip })
      setRef(fresh, branchRef(tip.branch), sha)
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true })
      throw error
    }
    this.#repository?.close()
    exchange(fresh, path)
    removeOthers(path)
    this.#repository = this.#open(tip.branch)
    this.#isDamaged = false
  }

  /** A death between the two renames of an exchange leaves only the old one. */
  #putBack(): void {
    const { path } = this.#options
    if (readText(join(path, 'HEAD')) === undefined && readText(join(`${path}.old`, 'HEAD')) !== undefined)
      renameSync(`${path}.old`, path)
  }

  #open(branch: string): LocalRepository | undefined {
    try {
      return this.#ref(branch) === undefined ? undefined : this.at(this.#options.path, branch)
    } catch {
      return undefined // damaged beyond being opened: the next fetch makes it anew
    }
  }

  #ref(branch: string): string | undefined {
    return readRef(this.#options.path, branchRef(branch))
  }
}

export interface Deepening {
  readonly signal: AbortSignal
  readonly suffices: () => Promise<boolean>
}

interface Bringing {
  readonly transport: Transport
  readonly signal: AbortSignal
  readonly tip: RemoteTip
}

/** Nobody watches the mirror's refs: we know when we move them. */
const neverMs = 2 ** 31 - 1

/** The remote had answered a moment ago: what fails now may be the mirror's fault, unless it is known not to be. */
const isPerhapsOurs = (error: unknown): boolean =>
  !(error instanceof GitprocError) ||
  ![
    'git/unwritable',
    'git/too-large',
    'git/unauthorized',
    'git/host-key',
    'git/certificate',
    'config/invalid',
  ].includes(error.code)

const exchange = (fresh: string, path: string): void => {
  const old = `${path}.old`
  rmSync(old, { recursive: true, force: true })
  try {
    renameSync(path, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  renameSync(fresh, path)
}

/** What is left of earlier ones, and of remotes that are no longer ours. */
const removeOthers = (path: string): void => {
  const ours = [path, notesPath(path)]
  for (const name of readdirSync(dirname(path)))
    if (/\.(git(\.old|\.new)?|notes)$/.test(name) && !ours.includes(join(dirname(path), name)))
      rmSync(join(dirname(path), name), { recursive: true, force: true })
}

export const isShallow = (path: string): boolean => (readText(join(path, 'shallow')) ?? '').trim() !== ''
