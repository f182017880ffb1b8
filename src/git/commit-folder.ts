/** A new commit on the watched branch whose watched folder is that of an earlier one: what `rollback` does to git. */
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { checkoutsOf } from './checkout.ts'
import { serializeCommit } from './commit.ts'
import { isTrue } from './config-file.ts'
import { folderTree } from './folder.ts'
import type { GitDirectory } from './git-directory.ts'
import type { History } from './history.ts'
import type { ObjectStore } from './object-store.ts'
import { withFolder, writeObject } from './object-writer.ts'
import { moveRef } from './ref-update.ts'
import { treeDifference } from './tree-difference.ts'
import { WorkTreeUpdate } from './work-tree-update.ts'

export interface CommitTarget {
  readonly directory: GitDirectory
  readonly objects: ObjectStore
  readonly history: History
  readonly folder: readonly string[]
  readonly ref: string
}

export interface CommitRequest {
  /** The commit that the branch must still be at. */
  readonly tip: string
  /** The commit whose folder it shall be. */
  readonly source: string
  readonly message: string
  readonly author: { readonly name: string; readonly email: string }
  readonly atMs: number
}

/** The id of the new commit. Fails `plan/nothing`, `git/dirty-work-tree`, `git/moved`, `git/unsupported`. */
export const commitFolder = (target: CommitTarget, request: CommitRequest): string => {
  const { directory, objects, history, folder, ref } = target
  const objectsDir = join(directory.commonDir, 'objects')
  const tip = history.commit(request.tip)
  const present = folderTree(objects, tip.tree, folder)
  const wanted = folderTree(objects, history.commit(request.source).tree, folder)
  if (present === wanted) throw nothingToCommit(request.source)
  const prefix = folder.map((part) => `${part}/`).join('')
  const changes = treeDifference(objects, present, wanted, prefix)
  const checkouts = checkoutsOf(directory, ref)
  const updates = checkouts.map((checkout) => new WorkTreeUpdate(checkout, objects, changes))
  try {
    for (const update of updates) update.prepare()
    const tree = withFolder({ objects, objectsDir }, tip.tree, folder, wanted)
    const oid = writeObject(objectsDir, 'commit', serializeCommit({ ...request, tree, parents: [tip.oid] }))
    const startsReflog = isTrue(
      directory.config.get('core.logallrefupdates') ?? String(!isTrue(directory.config.get('core.bare'))),
    )
    const headsOf = checkouts.map((checkout) => checkout.gitDir)
    moveRef(directory.commonDir, { ...request, ref, from: tip.oid, to: oid, headsOf, startsReflog })
    for (const update of updates) update.finish()
    return oid
  } catch (error) {
    for (const update of updates) update.abort()
    throw asFailure(error, directory.commonDir)
  }
}

const nothingToCommit = (sha: string): GitprocError =>
  new GitprocError(
    'plan/nothing',
    `the watched folder already is that of ${sha.slice(0, 7)}: there is nothing to commit`,
  )

/** Trouble of the file system is a failure; anything else that is thrown is a bug, and stays one. */
const asFailure = (error: unknown, path: string): unknown => {
  if (error instanceof GitprocError || typeof (error as NodeJS.ErrnoException).errno !== 'number')
    return error
  const message = `the repository ${path} cannot be written: ${(error as Error).message}`
  return new GitprocError('git/unwritable', message, {
    retry: 'later',
    remedy: `ls -ld ${path}; df -h ${path}`,
    cause: error,
  })
}
