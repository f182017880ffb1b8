/** The watched folder inside a repository, by the names of its parts. */
import { GitprocError } from '../base/error.ts'
import type { ObjectStore } from './object-store.ts'
import { byteName, findInTree, isTree, type TreeRecord } from './tree.ts'

/** The id that git gives to a tree with nothing in it; it is not stored everywhere. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Parts of a path relative to the repository; empty for the root. Fails `git/no-file` for one that leads out. */
export const pathParts = (path: string): readonly string[] => {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (path.startsWith('/') || parts.some((part) => part === '..' || part.includes('\0'))) {
    throw new GitprocError('git/no-file', `${path} leads out of the watched folder`)
  }
  return parts.map(byteName)
}

/** Half a million names: what is made of them in memory is ten times as large. */
const maxTreeBytes = 32 * 1024 * 1024

/** Fails `git/unreadable`, `git/unsupported` for a directory beyond every need. */
export const readTree = (objects: ObjectStore, oid: string): Buffer => {
  if (oid === emptyTree) return Buffer.alloc(0)
  const bytes = objects.readOf('tree', oid)
  if (bytes.length <= maxTreeBytes) return bytes
  throw new GitprocError('git/unsupported', `a directory of the revision has too many entries: ${oid}`, {
    remedy: 'keep the units in a folder of their own: path = FOLDER',
  })
}

/** What lies at a path below a tree; undefined when nothing does. */
export const recordAt = (
  objects: ObjectStore,
  tree: string,
  parts: readonly string[],
): TreeRecord | undefined => {
  let record: TreeRecord | undefined = { name: '', mode: 0o40000, oid: tree }
  for (const part of parts) {
    if (record === undefined || !isTree(record)) return undefined
    record = findInTree(readTree(objects, record.oid), part)
  }
  return record
}

/** The tree of the folder; a revision without the folder has no units, which is the empty tree. */
export const folderTree = (objects: ObjectStore, rootTree: string, folder: readonly string[]): string => {
  const record = recordAt(objects, rootTree, folder)
  return record !== undefined && isTree(record) ? record.oid : emptyTree
}
