/** Which paths of the watched folder count: one level, and one more in the directories that belong to units. */
import { GitprocError } from '../base/error.ts'
import { readTree } from './folder.ts'
import type { ObjectStore } from './object-store.ts'
import { changedRecords, isTree, isUnsafeName, parseTree, readableName, type TreeRecord } from './tree.ts'

/** Names that may be unit files or drop-ins; whatever else lies in the folder is no definition. */
export const isDefinition = (path: string): boolean =>
  /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope|conf)$/.test(path)

/** `web.service.d`, `web.service.wants`, …: drop-ins and dependencies by link (systemd.unit(5)). */
export const isUnitDirectory = (name: string): boolean => /\.(d|wants|requires|upholds)$/.test(name)

/** Whether a path relative to the watched folder is one that `watchedRecords` gives. */
export const isWatched = (path: string): boolean => {
  const [first, second, ...deeper] = path.split('/')
  return second === undefined || (deeper.length === 0 && isUnitDirectory(first as string))
}

/**
 * Path in bytes → what lies there: files, links and submodules of the watched folder. Fails `git/unreadable`, and
 * `git/unsupported` for names that no work tree may have.
 */
export function* watchedRecords(
  objects: ObjectStore,
  tree: string,
): Generator<readonly [string, TreeRecord]> {
  for (const record of recordsOf(objects, tree)) yield* watchedAt(objects, record)
}

/**
 * The same of a later tree, where it may differ from an earlier one; undefined where nothing lies any more. What is equal in both
 * is not looked at, but for other files of a directory that differs.
 */
export function* changedWatchedRecords(
  objects: ObjectStore,
  before: string,
  after: string,
): Generator<readonly [string, TreeRecord | undefined]> {
  const changes = parsed(after, () => changedRecords(readTree(objects, before), readTree(objects, after)))
  for (const change of changes) {
    const left = new Map(change.after && watchedAt(objects, change.after))
    for (const [path] of change.before ? watchedAt(objects, change.before) : [])
      if (!left.has(path)) yield [path, undefined]
    yield* left
  }
}

function* watchedAt(objects: ObjectStore, record: TreeRecord): Generator<readonly [string, TreeRecord]> {
  if (isUnsafeName(record.name)) throw unsafePath(record.name)
  if (!isTree(record)) yield [record.name, record]
  else if (isUnitDirectory(record.name)) yield* recordsBelow(objects, record)
}

function* recordsBelow(
  objects: ObjectStore,
  directory: TreeRecord,
): Generator<readonly [string, TreeRecord]> {
  for (const record of recordsOf(objects, directory.oid)) {
    const path = `${directory.name}/${record.name}`
    if (isUnsafeName(record.name)) throw unsafePath(path)
    if (!isTree(record)) yield [path, record]
  }
}

export const recordsOf = (objects: ObjectStore, tree: string): TreeRecord[] =>
  parsed(tree, () => parseTree(readTree(objects, tree)))

const parsed = <T>(tree: string, parse: () => T): T => {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GitprocError) throw error
    throw new GitprocError('git/unreadable', `tree ${tree} cannot be read: ${(error as Error).message}`, {
      retry: 'later',
      cause: error,
    })
  }
}

/** `path` in bytes. */
export const unsafePath = (path: string): GitprocError =>
  new GitprocError(
    'git/unsupported',
    `the revision holds a path that no work tree may have: ${JSON.stringify(readableName(path))}`,
  )
