/** A repository on this machine: the port, put together from the parts beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import type { FileTree } from '../base/file-tree.ts'
import type { Revision } from '../base/revision.ts'
import { removeAbandonedUpdate } from './abandoned-update.ts'
import { checkoutsOf } from './checkout.ts'
import { type Commit, revisionOf } from './commit.ts'
import { createCommitEvidence } from './commit-evidence.ts'
import { commitFolder } from './commit-folder.ts'
import { emptyTree, folderTree, pathParts, recordAt } from './folder.ts'
import { FolderReader } from './folder-reader.ts'
import type { GitDirectory } from './git-directory.ts'
import { History } from './history.ts'
import { LastChanges, yieldToOthers } from './last-change.ts'
import { appendNote, noteAuthor } from './notes.ts'
import { ObjectStore } from './object-store.ts'
import { watchRef } from './ref-watch.ts'
import { branchNames, readRef } from './refs.ts'
import type { CommitEvidence, Repository } from './repository-port.ts'
import { resolveRevision } from './resolve-revision.ts'
import { isLink, isSubmodule, isTree } from './tree.ts'
import { uncommittedPaths } from './uncommitted.ts'

export interface LocalOptions {
  readonly path: string
  readonly branch: string
  /** The watched folder, relative to the root of the repository; empty for the root. */
  readonly folder: string
  readonly pollMs: number
  readonly clock: Pick<Clock, 'now'>
}

const commitsAtOnce = 100

export class LocalRepository implements Repository {
  readonly remote = undefined
  readonly path: string
  readonly branch: string
  readonly evidence: CommitEvidence
  readonly #directory: GitDirectory
  readonly #options: LocalOptions
  readonly #ref: string
  readonly #folder: readonly string[]
  readonly #objects: ObjectStore
  readonly #history: History
  readonly #files: FolderReader
  readonly #lastChanges: LastChanges

  constructor(directory: GitDirectory, options: LocalOptions) {
    this.path = options.path
    this.branch = options.branch
    this.#directory = directory
    this.#options = options
    this.#ref = `refs/heads/${options.branch}`
    this.#folder = pathParts(options.folder)
    this.#objects = new ObjectStore(join(directory.commonDir, 'objects'))
    this.#history = new History(this.#objects, () => shallowCommits(directory.commonDir))
    this.#files = new FolderReader(this.#objects, this.#history, this.#folder)
    this.#lastChanges = new LastChanges(this.#objects, this.#history, this.#folder)
    this.evidence = createCommitEvidence({
      objects: this.#objects,
      history: this.#history,
      folder: this.#folder,
      branch: options.branch,
      shallow: () => shallowCommits(directory.commonDir),
    })
  }

  async head(): Promise<Revision> {
    return revisionOf(this.#history.commit(this.#tip()), this.branch)
  }

  async resolve(revision: string): Promise<Revision> {
    const source = {
      commonDir: this.#directory.commonDir,
      branchRef: this.#ref,
      objects: this.#objects,
      history: this.#history,
    }
    return revisionOf(resolveRevision(source, revision), this.branch)
  }

  files(sha: string): Promise<FileTree> {
    return this.#files.read(sha)
  }

  async readFile(sha: string, path: string): Promise<Uint8Array | undefined> {
    const tree = folderTree(this.#objects, this.#history.commit(sha).tree, this.#folder)
    const record = recordAt(this.#objects, tree, pathParts(path))
    if (record === undefined) return undefined
    if (isTree(record) || isLink(record) || isSubmodule(record)) {
      throw new GitprocError('git/no-file', `${path} is no file in the watched folder at ${sha.slice(0, 7)}`)
    }
    return this.#objects.readOf('blob', record.oid)
  }

  async log(sha: string, limit: number): Promise<readonly Revision[]> {
    const revisions: Revision[] = []
    if (limit <= 0) return revisions
    for (const commit of this.#history.walk(sha)) {
      revisions.push(revisionOf(commit, this.branch))
      if (revisions.length >= limit) break
      if (revisions.length % commitsAtOnce === 0) await yieldToOthers()
    }
    return revisions
  }

  async lastChanges(
    sha: string,
    paths: ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, Revision>> {
    const commits = await this.#lastChanges.find(sha, [...new Set([...paths.values()].flat())])
    const revisions = new Map<Commit, Revision>()
    const found = new Map<string, Revision>()
    for (const [name, asked] of paths) {
      const newest = newestOf(asked.flatMap((path) => commits.get(path) ?? []))
      if (newest === undefined) continue
      // One commit changed many units: the first one, all of them.
      const revision = revisions.get(newest) ?? revisionOf(newest, this.branch)
      revisions.set(newest, revision)
      found.set(name, revision)
    }
    return found
  }

  async touchedSince(earlier: string, sha: string): Promise<ReadonlySet<string> | undefined> {
    return this.#lastChanges.touchedSince(earlier, sha)
  }

  async commitTreeOf(
    sha: string,
    message: string,
    author: { readonly name: string; readonly email: string },
  ): Promise<Revision> {
    const target = {
      directory: this.#directory,
      objects: this.#objects,
      history: this.#history,
      folder: this.#folder,
      ref: this.#ref,
    }
    const request = { tip: this.#tip(), source: sha, message, author, atMs: this.#options.clock.now() }
    return revisionOf(this.#history.commit(commitFolder(target, request)), this.branch)
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined> {
    const shallow = shallowCommits(this.#directory.commonDir)
    let wasCutOff = false
    let visited = 0
    for (const commit of this.#history.walk(descendant)) {
      if (commit.oid === ancestor) return true
      wasCutOff ||= shallow.has(commit.oid)
      if (++visited % commitsAtOnce === 0) await yieldToOthers()
    }
    return wasCutOff ? undefined : false
  }

  async look(): Promise<void> {}

  async annotate(sha: string, line: string): Promise<void> {
    const target = { directory: this.#directory, objects: this.#objects, history: this.#history }
    appendNote(target, { commit: sha, line, author: noteAuthor, atMs: this.#options.clock.now() })
  }

  async uncommitted(): Promise<readonly string[]> {
    const tip = readRef(this.#directory.commonDir, this.#ref)
    const tree =
      tip === undefined ? emptyTree : folderTree(this.#objects, this.#history.commit(tip).tree, this.#folder)
    const found = new Set<string>()
    for (const checkout of checkoutsOf(this.#directory, this.#ref)) {
      for (const path of await uncommittedPaths(this.#objects, checkout, this.#folder, tree)) found.add(path)
    }
    return [...found].sort()
  }

  watch(listener: () => void): () => void {
    // Whoever watches is the daemon: what the last one was in the middle of is nobody's any more.
    for (const checkout of checkoutsOf(this.#directory, this.#ref)) removeAbandonedUpdate(checkout)
    return watchRef(this.#directory.commonDir, this.#ref, { pollMs: this.#options.pollMs }, listener)
  }

  /** Lets go of open packs; they are opened again when needed. */
  close(): void {
    this.#objects.close()
  }

  #tip(): string {
    const tip = readRef(this.#directory.commonDir, this.#ref)
    if (tip !== undefined) return tip
    throw existsSync(this.#directory.commonDir) ? this.#missingBranch() : noRepository(this.path)
  }

  #missingBranch(): GitprocError {
    const others = branchNames(this.#directory.commonDir)
    if (others.length === 0) {
      return new GitprocError('git/no-commit', `${this.path} has no commit yet`, {
        retry: 'later',
        remedy: `git -C ${this.path} add . && git -C ${this.path} commit -m "first units"`,
      })
    }
    return new GitprocError(
      'git/no-branch',
      `${this.path} has no branch ${this.branch}; it has ${others.slice(0, 10).join(', ')}`,
      {
        retry: 'later',
        remedy: `git -C ${this.path} branch ${this.branch} SHA`,
        data: { branches: others },
      },
    )
  }
}

const newestOf = ([first, ...others]: readonly Commit[]): Commit | undefined =>
  first && others.reduce((best, each) => (each.committedAtMs > best.committedAtMs ? each : best), first)

const noRepository = (path: string): GitprocError =>
  new GitprocError('git/no-repository', `the git repository at ${path} is gone`, {
    retry: 'later',
    remedy: `put it back: from a backup, or git clone URL ${path}`,
  })

/** Commits at which a shallow clone was cut off: their parents are not there. */
const shallowCommits = (commonDir: string): ReadonlySet<string> => {
  const path = join(commonDir, 'shallow')
  return existsSync(path) ? new Set(readFileSync(path, 'utf8').split('\n')) : new Set()
}
