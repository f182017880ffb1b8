/** What is asked of commits before they are believed: their bytes, and which of them are new. */
import { revisionOf } from './commit.ts'
import { folderTree } from './folder.ts'
import { CommitQueue, type History } from './history.ts'
import { yieldToOthers } from './last-change.ts'
import type { ObjectStore } from './object-store.ts'
import type { CommitEvidence, EvidentCommit, NewCommits } from './repository-port.ts'

export interface EvidenceSource {
  readonly objects: ObjectStore
  readonly history: History
  readonly folder: readonly string[]
  readonly branch: string
  /** Commits at which a shallow clone was cut off. */
  readonly shallow: () => ReadonlySet<string>
}

const commitsAtOnce = 100

export const createCommitEvidence = (source: EvidenceSource): CommitEvidence => ({
  commit: async (sha) => evident(sha, source),
  newCommits: (tip, known, limit) => newCommits(source, { tip, known, limit }),
})

const evident = (sha: string, { objects, history, folder, branch }: EvidenceSource): EvidentCommit => {
  const commit = history.commit(sha)
  return {
    revision: revisionOf(commit, branch),
    bytes: objects.readOf('commit', sha),
    parents: commit.parents,
    folderTree: folderTree(objects, commit.tree, folder),
  }
}

interface Asked {
  readonly tip: string
  readonly known: readonly string[]
  readonly limit: number
}

/**
 * Every commit that can be reached from the tip and from none of the known ones. Dates order the walk and decide nothing: a
 * commit counts as known only where a way leads to it from a known one, so that a forged date hides none.
 */
const newCommits = async (source: EvidenceSource, { tip, known, limit }: Asked): Promise<NewCommits> => {
  const { history, branch } = source
  const walk = new Walk(history)
  for (const sha of known) walk.reach(sha, true)
  walk.reach(tip, false)
  for (let visited = 1; walk.step(); visited++) {
    if (walk.unknown.size > limit) break
    if (visited % commitsAtOnce === 0) await yieldToOthers()
  }
  const shallow = source.shallow()
  const commits = [...walk.unknown].map((sha) => revisionOf(history.commit(sha), branch))
  return {
    commits: commits.sort((left, right) => right.committedAtMs - left.committedAtMs).slice(0, limit),
    isWhole: walk.unknown.size <= limit && !commits.some(({ sha }) => shallow.has(sha)),
  }
}

/** Paints from both sides, as `git rev-list TIP ^KNOWN` does: what a known commit leads to is known. */
class Walk {
  readonly unknown = new Set<string>()
  readonly #known = new Set<string>()
  readonly #history: History
  readonly #queue = new CommitQueue()
  /** Commits in the queue that are not known. */
  #open = new Set<string>()

  constructor(history: History) {
    this.#history = history
  }

  reach(sha: string, isKnown: boolean): void {
    if (this.#known.has(sha) || (!isKnown && this.unknown.has(sha))) return
    if (isKnown) {
      this.#known.add(sha)
      this.unknown.delete(sha)
      this.#open.delete(sha)
    } else {
      this.unknown.add(sha)
      this.#open.add(sha)
    }
    this.#queue.push(this.#history.commit(sha))
  }

  /** False once everything that is left is known. */
  step(): boolean {
    if (this.#open.size === 0) return false
    const commit = this.#queue.pop()
    if (commit === undefined) return false
    this.#open.delete(commit.oid)
    for (const parent of this.#history.parents(commit)) this.reach(parent.oid, this.#known.has(commit.oid))
    return true
  }
}
