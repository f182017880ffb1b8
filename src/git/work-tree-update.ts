/**
 * Brings a clean work tree and its index from one folder to another in three steps: check and write everything that can
 * fail beside the work tree (`prepare`), then, once the branch has moved, put it in place (`finish`), or forget it (`abort`).
 */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import type { Checkout } from './checkout.ts'
import { freshEntry, type IndexEntry, readIndex, serializeIndex } from './index-file.ts'
import type { ObjectStore } from './object-store.ts'
import { giveTo, makeOwnedDirectory, ownerOf, writeWhole } from './owned-file.ts'
import { takeLock } from './ref-update.ts'
import { isLink, readableName } from './tree.ts'
import type { FileChange } from './tree-difference.ts'
import { contentId, hasMode, isUnchanged, lstatWork, workPath } from './work-file.ts'

/** Files that mark a command of git as begun and not ended. */
const unfinished = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply']
const pathsShown = 10

export class WorkTreeUpdate {
  readonly #checkout: Checkout
  readonly #objects: ObjectStore
  readonly #changes: readonly FileChange[]
  readonly #indexPath: string
  #entries: ReadonlyMap<string, IndexEntry> = new Map()
  #conflicts: readonly IndexEntry[] = []
  #stage: string | undefined
  #holdsLock = false

  constructor(checkout: Checkout, objects: ObjectStore, changes: readonly FileChange[]) {
    this.#checkout = checkout
    this.#objects = objects
    this.#changes = changes
    this.#indexPath = join(checkout.gitDir, 'index')
  }

  /** Fails `git/dirty-work-tree` (naming the files), `git/moved` while another git command holds the index. */
  prepare(): void {
    takeLock(`${this.#indexPath}.lock`, '')
    this.#holdsLock = true
    const entries = readIndex(this.#indexPath)
    this.#entries = new Map(entries.filter((entry) => entry.stage === 0).map((entry) => [entry.path, entry]))
    this.#conflicts = entries.filter((entry) => entry.stage > 0)
    this.#refuseUnfinished()
    const dirty = this.#changes
      .filter((change) => this.#isDirty(change))
      .map((change) => readableName(change.path))
    if (dirty.length > 0) throw dirtyWorkTree(this.#checkout, dirty)
    this.#writeStage()
  }

  /** After the branch has moved. What fails here leaves git's truth right and the work tree behind: said so. */
  finish(): void {
    try {
      for (const change of this.#changes) if (change.before !== undefined) this.#remove(change)
      for (const [position, change] of this.#changes.entries()) this.#place(change, position)
      this.#writeIndex()
    } catch (error) {
      throw new GitprocError(
        'git/dirty-work-tree',
        `the branch has moved, but not all of ${this.#checkout.workTree} with it: ${(error as Error).message}`,
        {
          remedy: `git -C ${this.#checkout.workTree} reset --hard`,
          cause: error,
        },
      )
    } finally {
      this.abort()
    }
  }

  /** Lets go of everything that `prepare` took; harmless when there is nothing. */
  abort(): void {
    if (this.#stage !== undefined) rmSync(this.#stage, { recursive: true, force: true })
    if (this.#holdsLock) rmSync(`${this.#indexPath}.lock`, { force: true })
    this.#stage = undefined
    this.#holdsLock = false
  }

  #refuseUnfinished(): void {
    const mark = unfinished.find((name) => existsSync(join(this.#checkout.gitDir, name)))
    if (mark === undefined) return
    throw new GitprocError(
      'git/dirty-work-tree',
      `a merge or rebase is not finished in ${this.#checkout.workTree} (${mark})`,
      {
        remedy: `git -C ${this.#checkout.workTree} status`,
      },
    )
  }

  /** Whether something would be lost: staged, modified, deleted, or an untracked file in the way. */
  #isDirty(change: FileChange): boolean {
    const entry = this.#entries.get(change.path)
    if (this.#conflicts.some((conflict) => conflict.path === change.path)) return true
    if (entry?.oid !== change.before?.oid || entry?.mode !== change.before?.mode) return true
    if (entry !== undefined) return !isUnchanged(this.#checkout, entry, this.#indexWrittenAtNs())
    return this.#isInTheWay(change)
  }

  #isInTheWay(change: FileChange): boolean {
    if (this.#leadsThroughLink(change.path)) return true
    const path = workPath(this.#checkout, change.path)
    const stats = lstatWork(path)
    if (stats === undefined) return false
    if (stats.isDirectory()) return !this.#isEmptied(change.path)
    const after = change.after
    return (
      after === undefined ||
      !hasMode(this.#checkout, stats, after.mode) ||
      contentId(path, stats) !== after.oid
    )
  }

  /** A file is to take the place of a directory: fine when all that is in it goes. */
  #isEmptied(directory: string): boolean {
    const removed = new Set(
      this.#changes.filter((change) => change.after === undefined).map((change) => change.path),
    )
    const inside = readdirSync(workPath(this.#checkout, directory), {
      withFileTypes: true,
      encoding: 'buffer',
    })
    return inside.every((each) => {
      const path = `${directory}/${each.name.toString('latin1')}`
      return each.isDirectory() ? this.#isEmptied(path) : removed.has(path)
    })
  }

  /** A directory above that is a link would have us write elsewhere; one that is a tracked file goes away first. */
  #leadsThroughLink(path: string): boolean {
    const parts = path.split('/')
    return parts.slice(1).some((_, depth) => {
      const above = parts.slice(0, depth + 1).join('/')
      const stats = lstatWork(workPath(this.#checkout, above))
      return (
        stats !== undefined && !stats.isDirectory() && !this.#changes.some((change) => change.path === above)
      )
    })
  }

  #indexWrittenAtNs(): bigint {
    return statSync(this.#indexPath, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n
  }

  /** New contents lie beside, on the same file system, so that putting them in place is a rename. */
  #writeStage(): void {
    this.#stage = mkdtempSync(join(this.#checkout.workTree, '.gitproc-'))
    for (const [position, change] of this.#changes.entries()) {
      if (change.after === undefined || this.#entries.get(change.path)?.skipWorktree) continue
      const bytes = this.#objects.readOf('blob', change.after.oid)
      const path = join(this.#stage, String(position))
      if (isLink(change.after)) symlinkSync(bytes, path)
      else writeWhole(path, bytes, change.after.mode === 0o100755 ? 0o755 : 0o644)
      this.#copyOwner(change, path)
    }
  }

  /** As the file that it replaces, or else as the directory that it comes to lie in. */
  #copyOwner(change: FileChange, path: string): void {
    const replaced = lstatWork(workPath(this.#checkout, change.path))
    const isReplaced = replaced?.isFile() === true && change.after !== undefined && !isLink(change.after)
    if (isReplaced && hasMode(this.#checkout, replaced, change.after?.mode ?? 0))
      chmodSync(path, Number(replaced.mode & 0o7777n))
    giveTo(
      path,
      replaced === undefined
        ? ownerOf(this.#checkout.workTree)
        : { uid: Number(replaced.uid), gid: Number(replaced.gid) },
    )
  }

  #remove(change: FileChange): void {
    if (change.after !== undefined || this.#entries.get(change.path)?.skipWorktree) return
    rmSync(workPath(this.#checkout, change.path), { force: true })
    this.#removeEmptyAbove(change.path)
  }

  #removeEmptyAbove(path: string): void {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (above === '') return
    try {
      rmdirSync(workPath(this.#checkout, above))
    } catch {
      return // Something else still lies in it.
    }
    this.#removeEmptyAbove(above)
  }

  #place(change: FileChange, position: number): void {
    const staged = join(this.#stage as string, String(position))
    if (change.after === undefined || this.#entries.get(change.path)?.skipWorktree) return
    const path = workPath(this.#checkout, change.path)
    const above = change.path.slice(0, Math.max(0, change.path.lastIndexOf('/')))
    if (above !== '') makeOwnedDirectory(workPath(this.#checkout, above).toString())
    renameSync(staged, path)
  }

  #writeIndex(): void {
    const entries = new Map(this.#entries)
    for (const { path, after } of this.#changes) {
      const old = entries.get(path)
      entries.delete(path)
      if (after === undefined) continue
      const stats = lstatWork(workPath(this.#checkout, path))
      if (old?.skipWorktree) entries.set(path, { ...old, mode: after.mode, oid: after.oid })
      else if (stats !== undefined) entries.set(path, freshEntry(path, after.mode, after.oid, stats))
    }
    const lock = `${this.#indexPath}.lock`
    writeFileSync(lock, serializeIndex([...entries.values(), ...this.#conflicts]))
    const like = statSync(this.#indexPath, { throwIfNoEntry: false })
    if (like !== undefined) chmodSync(lock, like.mode & 0o7777)
    giveTo(lock, like ?? ownerOf(this.#checkout.gitDir))
    renameSync(lock, this.#indexPath)
    this.#holdsLock = false
  }
}

const dirtyWorkTree = (checkout: Checkout, paths: readonly string[]): GitprocError => {
  const shown = paths.slice(0, pathsShown).join(', ')
  const more = paths.length > pathsShown ? ` and ${paths.length - pathsShown} more` : ''
  return new GitprocError(
    'git/dirty-work-tree',
    `uncommitted changes in ${checkout.workTree} would be lost: ${shown}${more}`,
    {
      remedy: `git -C ${checkout.workTree} stash -u, or commit them`,
      data: { paths },
    },
  )
}
