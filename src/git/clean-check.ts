/** Whether a rollback would lose anything that is in a work tree and in no commit. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import type { Checkout } from './checkout.ts'
import type { IndexEntry } from './index-file.ts'
import { readableName } from './tree.ts'
import type { FileChange } from './tree-difference.ts'
import { contentId, hasMode, isUnchanged, lstatWork, workPath } from './work-file.ts'

/** Files that mark a command of git as begun and not ended. */
const unfinished = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply']
const pathsShown = 10

/** Fails `git/dirty-work-tree` while a merge, a rebase or the like is not finished. */
export const refuseUnfinished = (checkout: Checkout): void => {
  const mark = unfinished.find((name) => existsSync(join(checkout.gitDir, name)))
  if (mark === undefined) return
  throw new GitprocError(
    'git/dirty-work-tree',
    `a merge or rebase is not finished in ${checkout.workTree} (${mark})`,
    {
      remedy: `git -C ${checkout.workTree} status`,
    },
  )
}

/** Fails `git/dirty-work-tree`, naming the files, where one of the changes would overwrite what is not committed. */
export const refuseDirty = (
  checkout: Checkout,
  entries: readonly IndexEntry[],
  changes: readonly FileChange[],
): void => {
  const check = new CleanCheck(checkout, entries, changes)
  const dirty = changes.filter((change) => check.isDirty(change)).map((change) => readableName(change.path))
  if (dirty.length > 0) throw dirtyWorkTree(checkout, dirty)
}

class CleanCheck {
  readonly #checkout: Checkout
  readonly #entries: ReadonlyMap<string, IndexEntry>
  readonly #conflicts: ReadonlySet<string>
  readonly #changes: readonly FileChange[]
  readonly #indexWrittenAtNs: bigint

  constructor(checkout: Checkout, entries: readonly IndexEntry[], changes: readonly FileChange[]) {
    this.#checkout = checkout
    this.#entries = new Map(entries.filter((entry) => entry.stage === 0).map((entry) => [entry.path, entry]))
    this.#conflicts = new Set(entries.filter((entry) => entry.stage > 0).map((entry) => entry.path))
    this.#changes = changes
    const index = join(checkout.gitDir, 'index')
    this.#indexWrittenAtNs = statSync(index, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n
  }

  /** Whether something would be lost: staged, modified, deleted, or an untracked file in the way. */
  isDirty(change: FileChange): boolean {
    const entry = this.#entries.get(change.path)
    if (this.#conflicts.has(change.path)) return true
    if (entry?.oid !== change.before?.oid || entry?.mode !== change.before?.mode) return true
    if (entry !== undefined) return !isUnchanged(this.#checkout, entry, this.#indexWrittenAtNs)
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
