/** A branch in memory: commits are folders of unit files. */
import { GitprocError } from '../../src/base/error.ts'
import type { FileTree } from '../../src/base/file-tree.ts'
import type { Revision } from '../../src/base/revision.ts'
import type { CommitEvidence, RemoteState, Repository } from '../../src/git/repository-port.ts'
import { revisionOf } from './desired.ts'
import { treeOf } from './trees.ts'

type Files = Readonly<Record<string, string>>

/** Nobody signs here; what signatures are worth is tested on real commits. */
const unsignedCommits: CommitEvidence = {
  commit: async () => {
    throw new GitprocError('git/unreadable', 'this repository keeps no bytes of commits')
  },
  newCommits: async () => ({ commits: [], isWhole: true }),
}

export class FakeRepository implements Repository {
  readonly path = '/repo'
  readonly branch = 'main'
  readonly evidence = unsignedCommits
  remote: RemoteState | undefined
  /** Set to make every read fail, as a branch that was deleted does. */
  trouble: GitprocError | undefined
  readonly #commits: { readonly revision: Revision; readonly files: Files }[] = []
  readonly #listeners = new Set<() => void>()

  /** Adds a commit and tells the watchers. */
  commit(files: Files): Revision {
    const revision = revisionOf(
      this.#commits.length < 9 ? `${this.#commits.length + 1}` : `a${this.#commits.length}`,
    )
    this.#commits.unshift({ revision, files })
    for (const listener of this.#listeners) listener()
    return revision
  }

  /** What a poll does: look again though nothing moved. */
  poll(): void {
    for (const listener of this.#listeners) listener()
  }

  async head(): Promise<Revision> {
    if (this.trouble) throw this.trouble
    return this.#find(() => true)
  }

  async resolve(name: string): Promise<Revision> {
    const back = /^HEAD~(\d+)$/.exec(name)
    return back ? this.#commits[Number(back[1])]!.revision : this.#find((sha) => sha.startsWith(name))
  }

  async files(sha: string): Promise<FileTree> {
    return treeOf(this.#commits.find(({ revision }) => revision.sha === sha)!.files)
  }

  async readFile(): Promise<undefined> {
    return undefined
  }

  async log(sha: string, limit: number): Promise<readonly Revision[]> {
    const from = this.#commits.findIndex(({ revision }) => revision.sha === sha)
    return this.#commits.slice(from, from + limit).map(({ revision }) => revision)
  }

  async lastChanges(
    sha: string,
    paths: ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, Revision>> {
    const revision = await this.resolve(sha)
    return new Map([...paths.keys()].map((name) => [name, revision]))
  }

  async touchedSince(): Promise<undefined> {}

  async commitTreeOf(sha: string): Promise<Revision> {
    return this.commit(this.#commits.find(({ revision }) => revision.sha === sha)!.files)
  }

  folderAt(sha: string): Files {
    return this.#commits.find(({ revision }) => revision.sha === sha)!.files
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.log(descendant, Number.POSITIVE_INFINITY)).some(({ sha }) => sha === ancestor)
  }

  async look(): Promise<void> {}

  async annotate(): Promise<void> {}

  async uncommitted(): Promise<readonly string[]> {
    return []
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #find(matches: (sha: string) => boolean): Revision {
    const found = this.#commits.find(({ revision }) => matches(revision.sha))
    if (!found) throw new GitprocError('git/bad-revision', 'no such commit')
    return found.revision
  }
}
