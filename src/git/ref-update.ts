/** Moves a branch the way git does: under `REF.lock`, only from the commit that was expected, with a line in the reflog. */
import { appendFileSync, existsSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { identityOf } from './commit.ts'
import { giveTo, makeOwnedDirectory, ownerOf, syncDirectory, writeWhole } from './owned-file.ts'
import { readRef } from './refs.ts'

export interface RefMove {
  readonly ref: string
  /** Undefined: there must be no such ref yet. */
  readonly from: string | undefined
  readonly to: string
  readonly author: { readonly name: string; readonly email: string }
  readonly message: string
  readonly atMs: number
  /** Directories whose HEAD stands for the branch and gets a line, too. */
  readonly headsOf: readonly string[]
  /** Whether a reflog is begun where there is none (core.logAllRefUpdates). */
  readonly startsReflog: boolean
}

/** Fails `git/moved` when the branch is elsewhere meanwhile, or when another process is writing it. */
export const moveRef = (commonDir: string, move: RefMove): void => {
  const path = join(commonDir, move.ref)
  const lock = `${path}.lock`
  makeOwnedDirectory(dirname(path))
  takeLock(lock, `${move.to}\n`)
  try {
    if (readRef(commonDir, move.ref) !== move.from) throw moved(move.ref, 'somebody else committed to it')
    giveTo(lock, ownerOf(dirname(path)))
    for (const log of [
      join(commonDir, 'logs', move.ref),
      ...move.headsOf.map((dir) => join(dir, 'logs/HEAD')),
    ]) {
      appendReflog(log, move)
    }
    // Packing leaves an empty directory where a branch `a/b` was, which would be in the way of a branch `a`.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) rmdirSync(path)
    renameSync(lock, path)
  } catch (error) {
    rmSync(lock, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

/** Creates a lock file of git's with its contents. Fails `git/moved` while another process holds it. */
export const takeLock = (lock: string, contents: string): void => {
  try {
    writeWhole(lock, Buffer.from(contents), 0o666)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new GitprocError('git/moved', `another git process is at work: ${lock} exists`, {
      retry: 'now',
      remedy: `try again; if no git process runs any more: rm ${lock}`,
      cause: error,
    })
  }
}

/** What stands in a reflog for the time before the first commit. */
const noCommit = '0'.repeat(40)

const appendReflog = (path: string, move: RefMove): void => {
  const isNew = !existsSync(path)
  if (isNew && !move.startsReflog) return
  makeOwnedDirectory(dirname(path))
  const who = `${identityOf(move.author)} ${Math.floor(move.atMs / 1000)} +0000`
  appendFileSync(
    path,
    `${move.from ?? noCommit} ${move.to} ${who}\tcommit: ${move.message.split('\n', 1)[0]}\n`,
  )
  if (isNew) giveTo(path, ownerOf(dirname(path)))
}

const moved = (ref: string, why: string): GitprocError =>
  new GitprocError('git/moved', `${ref.replace(/^refs\/heads\//, '')} moved: ${why}`, { retry: 'now' })
