/**
 * Brings a clean work tree and its index from one folder to another in three steps: check and write everything that can
 * fail beside the work tree (`prepare`), then, once the branch has moved, put it in place (`finish`), or forget it (`abort`).
 */
import {
  chmodSync,
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
import { lockMark, removeAbandonedUpdate, stagePrefix } from './abandoned-update.ts'
import type { Checkout } from './checkout.ts'
import { refuseDirty, refuseUnfinished } from './clean-check.ts'
import { freshEntry, type IndexEntry, readIndex, serializeIndex } from './index-file.ts'
import type { ObjectStore } from './object-store.ts'
import { giveTo, makeOwnedDirectory, ownerOf, writeWhole } from './owned-file.ts'
import { takeLock } from './ref-update.ts'
import { isLink } from './tree.ts'
import type { FileChange } from './tree-difference.ts'
import { hasMode, lstatWork, workPath } from './work-file.ts'

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
    removeAbandonedUpdate(this.#checkout)
    takeLock(`${this.#indexPath}.lock`, lockMark())
    this.#holdsLock = true
    const entries = readIndex(this.#indexPath)
    this.#entries = new Map(entries.filter((entry) => entry.stage === 0).map((entry) => [entry.path, entry]))
    this.#conflicts = entries.filter((entry) => entry.stage > 0)
    refuseUnfinished(this.#checkout)
    refuseDirty(this.#checkout, entries, this.#changes)
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

  /** New contents lie beside, on the same file system, so that putting them in place is a rename. */
  #writeStage(): void {
    this.#stage = mkdtempSync(join(this.#checkout.workTree, stagePrefix))
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
    if (above !== '') makeOwnedDirectory(workPath(this.#checkout, above))
    if (lstatWork(path)?.isDirectory()) removeEmptyDirectories(path)
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

/** Fails where something lies in it, which then came there since it was checked. */
const removeEmptyDirectories = (path: Buffer): void => {
  for (const name of readdirSync(path, { encoding: 'buffer' })) {
    removeEmptyDirectories(Buffer.concat([path, Buffer.from('/'), name]))
  }
  rmdirSync(path)
}
