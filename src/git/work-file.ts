/** One file of a work tree against what git knows of it. */
import { type BigIntStats, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import type { Checkout } from './checkout.ts'
import { hasSameStat, type IndexEntry, modifiedAtNs } from './index-file.ts'
import { isMissing } from './loose-object.ts'
import { objectId } from './object-id.ts'

/** Names are bytes: a path is built as bytes, so that a name that is no UTF-8 is found, too. */
export const workPath = (checkout: Checkout, path: string): Buffer =>
  Buffer.concat([Buffer.from(`${checkout.workTree}/`), Buffer.from(path, 'latin1')])

/** Undefined when nothing is there. */
export const lstatWork = (path: Buffer): BigIntStats | undefined => {
  try {
    return lstatSync(path, { bigint: true })
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/**
 * Whether the file is what its entry says: by `lstat` where that is enough, by its bytes where it isn't. An entry as young
 * as the index itself may have been changed in the same instant ("racy git"), so its bytes decide, too.
 */
export const isUnchanged = (checkout: Checkout, entry: IndexEntry, indexWrittenAtNs: bigint): boolean => {
  if (entry.assumeValid || entry.skipWorktree) return true
  const path = workPath(checkout, entry.path)
  const stats = lstatWork(path)
  if (stats === undefined || !hasMode(checkout, stats, entry.mode)) return false
  if (hasSameStat(entry, stats) && modifiedAtNs(entry) < indexWrittenAtNs) return true
  return contentId(path, stats) === entry.oid
}

/** Whether what lies there is of the kind, and as executable, as a mode of git says. */
export const hasMode = (checkout: Checkout, stats: BigIntStats, mode: number): boolean => {
  if (mode === 0o120000) return stats.isSymbolicLink()
  if (!stats.isFile()) return false
  return !checkout.tracksFileMode || ((stats.mode & 0o100n) !== 0n) === (mode === 0o100755)
}

/** The blob id that the file would get. */
export const contentId = (path: Buffer, stats: BigIntStats): string =>
  objectId('blob', stats.isSymbolicLink() ? readlinkSync(path, { encoding: 'buffer' }) : readFileSync(path))
