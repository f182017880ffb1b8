/** Walks commits: the log, and which commit last changed a path. */
import { GitprocError } from '../base/error.ts'
import { type Commit, parseCommit } from './commit.ts'
import { LruMap } from './lru-map.ts'
import type { ObjectStore } from './object-store.ts'

const rememberedCommits = 4096

/** Reads commits, parsed once; a shallow clone ends where it was cut off. */
export class History {
  readonly #objects: ObjectStore
  readonly #shallow: () => ReadonlySet<string>
  readonly #commits = new LruMap<string, Commit>(rememberedCommits)

  constructor(objects: ObjectStore, shallow: () => ReadonlySet<string>) {
    this.#objects = objects
    this.#shallow = shallow
  }

  /** Fails `git/unreadable` where it is missing, damaged or no commit. */
  commit(oid: string): Commit {
    const known = this.#commits.get(oid)
    if (known !== undefined) return known
    const bytes = this.#objects.readOf('commit', oid)
    const commit = parsedCommit(oid, bytes)
    this.#commits.set(oid, commit)
    return commit
  }

  /** The parents that are there. */
  parents(commit: Commit): readonly Commit[] {
    if (commit.parents.length === 0 || this.#shallow().has(commit.oid)) return []
    return commit.parents.map((oid) => this.commit(oid))
  }

  /** Commits from `oid` back, newest first, as `git log` orders them. */
  *walk(oid: string): Generator<Commit> {
    const queue = new CommitQueue()
    const seen = new Set([oid])
    queue.push(this.commit(oid))
    for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
      yield commit
      for (const parent of this.parents(commit)) {
        if (seen.has(parent.oid)) continue
        seen.add(parent.oid)
        queue.push(parent)
      }
    }
  }
}

/** Commits waiting to be visited, the newest first; the frontier of a history is short, so a sorted list will do. */
export class CommitQueue {
  readonly #commits: Commit[] = []

  push(commit: Commit): void {
    const later = this.#commits.findLastIndex((other) => other.committedAtMs >= commit.committedAtMs)
    this.#commits.splice(later + 1, 0, commit)
  }

  pop(): Commit | undefined {
    return this.#commits.shift()
  }
}

const parsedCommit = (oid: string, bytes: Buffer): Commit => {
  try {
    return parseCommit(oid, bytes)
  } catch (error) {
    throw new GitprocError('git/unreadable', `commit ${oid} cannot be read: ${(error as Error).message}`, {
      retry: 'later',
      cause: error,
    })
  }
}
