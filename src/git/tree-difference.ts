/** Every file that differs between two trees, at any depth. */
import { GitprocError } from '../base/error.ts'
import { emptyTree, readTree } from './folder.ts'
import type { ObjectStore } from './object-store.ts'
import { changedRecords, isSubmodule, isTree, isUnsafeName, readableName, type TreeRecord } from './tree.ts'
import { unsafePath } from './watched-path.ts'

export interface FileChange {
  /** One character for each byte. */
  readonly path: string
  readonly before: TreeRecord | undefined
  readonly after: TreeRecord | undefined
}

/** Fails `git/unsupported` when a submodule differs, or for a name that no work tree may hold. */
export const treeDifference = (
  objects: ObjectStore,
  before: string,
  after: string,
  prefix = '',
): FileChange[] => {
  if (before === after) return []
  return changedRecords(readTree(objects, before), readTree(objects, after)).flatMap((change) => {
    const path = prefix + change.name
    refuseUnsafe(path, change.name, [change.before, change.after])
    const [oldFile, oldTree] = split(change.before)
    const [newFile, newTree] = split(change.after)
    const below = treeDifference(objects, oldTree, newTree, `${path}/`)
    return oldFile === undefined && newFile === undefined
      ? below
      : [{ path, before: oldFile, after: newFile }, ...below]
  })
}

/** A directory is what lies below it. */
const split = (record: TreeRecord | undefined): readonly [TreeRecord | undefined, string] =>
  record !== undefined && isTree(record) ? [undefined, record.oid] : [record, emptyTree]

const refuseUnsafe = (path: string, name: string, records: readonly (TreeRecord | undefined)[]): void => {
  if (isUnsafeName(name)) throw unsafePath(path)
  if (records.some((record) => record !== undefined && isSubmodule(record))) {
    throw new GitprocError(
      'git/unsupported',
      `${readableName(path)} is a submodule, which gitproc does not change`,
      {
        remedy: 'use git itself: git revert, or git checkout SHA -- FOLDER and git commit',
      },
    )
  }
}
