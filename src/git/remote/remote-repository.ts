/**
 * A remote behind the port of a repository: its mirror answers, at once and without the network; looks at the remote go on
 * beside that and tell the listener when the branch has moved here, or when it stands otherwise with the remote.
 */
import type { Clock } from '../../base/clock.ts'
import { GitprocError } from '../../base/error.ts'
import type { FileTree } from '../../base/file-tree.ts'
import type { Revision } from '../../base/revision.ts'
import type { LocalRepository } from '../local-repository.ts'
import { noteAuthor } from '../notes.ts'
import type { CommitEvidence, RemoteState, Repository } from '../repository-port.ts'
import { LookLoop } from './look-loop.ts'
import type { Mirror } from './mirror.ts'
import type { RemoteNotes } from './remote-notes.ts'
import type { RemoteUrl } from './remote-url.ts'
import { branchRef, branchTip, type Transport } from './transport.ts'

export interface RemoteParts {
  readonly url: RemoteUrl
  /** Undefined: the one that HEAD names there. */
  readonly branch: string | undefined
  readonly mirror: Mirror
  readonly notes: RemoteNotes
  readonly transport: Transport
  readonly pollMs: number
  readonly clock: Clock
  readonly random: () => number
}

type Author = Parameters<Repository['commitTreeOf']>[2]

/** Where a rollback is committed before the remote has taken it. */
const pushedBranch = 'gitproc-rollback'

export class RemoteRepository implements Repository {
  readonly evidence: CommitEvidence = {
    commit: (sha) => this.#ask((mirror) => mirror.evidence.commit(sha)),
    newCommits: (tip, known, limit) => this.#ask((mirror) => mirror.evidence.newCommits(tip, known, limit)),
  }
  readonly #parts: RemoteParts
  readonly #loop: LookLoop
  readonly #listeners = new Set<() => void>()
  readonly #ending = new AbortController()
  /** What writes to the mirror does so one after the other. */
  #writing: Promise<unknown> = Promise.resolve()
  #branch: string | undefined
  #seenAtMs: number | undefined
  #trouble: RemoteState['trouble']

  constructor(parts: RemoteParts) {
    this.#parts = parts
    this.#branch = parts.branch ?? parts.mirror.branch
    this.#loop = new LookLoop(parts, parts.pollMs, (signal) => this.#lookOnce(signal))
  }

  get path(): string {
    return this.#parts.url.text
  }

  get branch(): string {
    return this.#branch ?? 'HEAD'
  }

  get remote(): RemoteState {
    return {
      url: this.#parts.url.text,
      seenAtMs: this.#seenAtMs,
      nextLookAtMs: this.#loop.nextLookAtMs,
      trouble: this.#trouble,
    }
  }

  look(): Promise<void> {
    return this.#loop.hurry()
  }

  head(): Promise<Revision> {
    return this.#read((mirror) => mirror.head())
  }

  async resolve(revision: string): Promise<Revision> {
    const resolved = () => this.#ask((mirror) => mirror.resolve(revision))
    try {
      return await resolved()
    } catch (error) {
      if (!isBadRevision(error) || !mayBeOlder.test(revision)) throw error
      await this.#deepen(async () => (await resolved().catch(() => undefined)) !== undefined)
      return resolved()
    }
  }

  /** A revision that runs here may be older than the history on hand. */
  async files(sha: string): Promise<FileTree> {
    const tip = await this.head()
    if (tip.sha !== sha) await this.resolve(sha)
    return this.#read((mirror) => mirror.files(sha))
  }

  readFile(sha: string, path: string): Promise<Uint8Array | undefined> {
    return this.#read((mirror) => mirror.readFile(sha, path))
  }

  log(sha: string, limit: number): Promise<readonly Revision[]> {
    return this.#read((mirror) => mirror.log(sha, limit))
  }

  lastChanges(
    sha: string,
    paths: ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, Revision>> {
    return this.#read((mirror) => mirror.lastChanges(sha, paths))
  }

  touchedSince(earlier: string, sha: string): Promise<ReadonlySet<string> | undefined> {
    return this.#read((mirror) => mirror.touchedSince(earlier, sha))
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined> {
    return this.#ask((mirror) => mirror.isAncestor(ancestor, descendant))
  }

  /** The commit is made on top of what the remote has now, and counts only when the remote has taken it. */
  async commitTreeOf(sha: string, message: string, author: Author): Promise<Revision> {
    await this.look()
    const commit = await this.#exclusively(() => this.#commitAndPush(sha, message, author))
    this.#tell()
    return this.#read((mirror) => mirror.resolve(commit))
  }

  annotate(commit: string, line: string): Promise<void> {
    const { notes, clock } = this.#parts
    return notes.append({ commit, line, author: noteAuthor, atMs: clock.now() }, this.#ending.signal)
  }

  /** A mirror has no work tree. */
  async uncommitted(): Promise<readonly string[]> {
    return []
  }

  /** The first listener begins the looks; the last one to go ends them. */
  watch(listener: () => void): () => void {
    if (this.#listeners.size === 0) this.look().catch(() => undefined)
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) void this.close()
    }
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#loop.close()
    this.#parts.mirror.close()
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    const before = this.#trouble
    try {
      const hasMoved = await this.#exclusively(() => this.#update(signal))
      this.#trouble = undefined
      if (hasMoved || before !== undefined) this.#tell()
    } catch (error) {
      if (signal.aborted) throw error
      const known = error instanceof GitprocError ? error : bug(error)
      const isSame = before?.error.code === known.code
      this.#trouble = { error: known, sinceMs: isSame ? before.sinceMs : clock.now() }
      if (!isSame) this.#tell()
      throw known
    }
  }

  /** Asks where the branch is, and fetches only when it is elsewhere than here. Gives whether it was. */
  async #update(signal: AbortSignal): Promise<boolean> {
    const { transport, mirror, branch, clock } = this.#parts
    const tip = await branchTip(transport, branch, signal)
    this.#seenAtMs = clock.now()
    if (tip === undefined) throw await this.#missingBranch()
    if (mirror.isAt(tip)) return false
    await mirror.update(tip, transport, signal)
    this.#branch = tip.branch
    return true
  }

  async #missingBranch(): Promise<GitprocError> {
    const { url, branch } = this.#parts
    const last = await this.head().catch(() => undefined)
    return noBranch(url, branch ?? this.#branch, last)
  }

  async #deepen(suffices: () => Promise<boolean>): Promise<void> {
    const { mirror, transport } = this.#parts
    const signal = this.#ending.signal
    await this.#exclusively(() => mirror.deepen(this.branch, transport, { signal, suffices }))
  }

  async #commitAndPush(sha: string, message: string, author: Author): Promise<string> {
    const { mirror, transport } = this.#parts
    const gitDir = await this.#read(async (repository) => repository.path)
    const tip = await this.#read((repository) => repository.head())
    mirror.set(pushedBranch, tip.sha)
    try {
      const aside = mirror.at(gitDir, pushedBranch)
      const commit = await aside.commitTreeOf(sha, message, author)
      aside.close()
      const request = { gitDir, commit: commit.sha, ref: branchRef(this.branch) }
      await transport.push(request, this.#ending.signal)
      mirror.follow(this.branch, commit.sha)
      return commit.sha
    } finally {
      mirror.forget(pushedBranch)
    }
  }

  /** Reads the mirror. One that turns out to be damaged is made anew soon. */
  async #read<T>(ask: (mirror: LocalRepository) => Promise<T>): Promise<T> {
    try {
      return await this.#ask(ask)
    } catch (error) {
      if (isDamage(error) && this.#parts.mirror.distrust()) this.look().catch(() => undefined)
      throw error
    }
  }

  /** The same of what may well not be there, such as commits of long ago. */
  async #ask<T>(ask: (mirror: LocalRepository) => Promise<T>): Promise<T> {
    const repository = this.#parts.mirror.repository(this.branch)
    if (repository === undefined) throw this.#trouble?.error ?? notYet(this.#parts.url)
    return ask(repository)
  }

  #exclusively<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#writing.then(write, write)
    this.#writing = written.catch(() => undefined)
    return written
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** A commit that may lie beyond the depth at which the history was cut off. */
const mayBeOlder = /^[0-9a-f]{4,40}$|[~^]/

const isBadRevision = (error: unknown): boolean =>
  error instanceof GitprocError && error.code === 'git/bad-revision'

/** All of these are impossible in a mirror that is whole. */
const isDamage = (error: unknown): boolean =>
  error instanceof GitprocError &&
  ['git/unreadable', 'git/no-repository', 'git/no-commit', 'git/no-branch'].includes(error.code)

const noBranch = ({ text }: RemoteUrl, branch = 'main', last?: Revision): GitprocError =>
  last === undefined
    ? new GitprocError('git/no-branch', `${text} has no branch ${branch}, or no commit on it yet`, {
        retry: 'later',
        remedy: `git push ${text} HEAD:${branch}, or set watch_branch`,
      })
    : new GitprocError(
        'git/no-branch',
        `${text} has no branch ${branch} any more: it was last at ${last.sha.slice(0, 7)} "${last.subject}"`,
        { retry: 'later', remedy: `git push ${text} ${last.sha.slice(0, 12)}:refs/heads/${branch}` },
      )

const notYet = ({ text }: RemoteUrl): GitprocError =>
  new GitprocError('git/unreachable', `${text} has not been fetched yet`, {
    retry: 'later',
    remedy: 'gitproc sync looks at once, and says what is in the way',
  })

const bug = (error: unknown): GitprocError =>
  new GitprocError('git/protocol', `looking at the remote failed: ${(error as Error).message}`, {
    retry: 'later',
    cause: error,
  })
