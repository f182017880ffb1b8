/**
 * The door of this folder. `git/` reads a branch of a repository on this machine and, for a rollback, commits to it; it
 * imports `base/` only. Read `repository-port.ts` first, then `local-repository.ts`, which is put together from the files
 * beside it: objects (`object-store.ts`), refs (`refs.ts`), history, the folder's files, the work tree.
 *
 * Objects, refs and the index are read by our own code, not by isomorphic-git; docs/decisions says why, with figures.
 */
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import { findGitDirectory } from './git-directory.ts'
import { LocalRepository } from './local-repository.ts'
import { headRef, isRefName } from './refs.ts'

export interface OpenOptions {
  /** A work tree, a linked work tree, a bare repository or a `.git` directory. */
  readonly path: string
  /** Default: the branch that HEAD stands for at this moment; checking out another one later changes nothing. */
  readonly branch?: string
  /** The watched folder inside the repository; default its root. */
  readonly folder?: string
  /** How often the branch is looked at although nothing was notified. */
  readonly pollMs?: number
  readonly clock?: Pick<Clock, 'now'>
}

const defaultPollMs = 30_000
const branchPrefix = 'refs/heads/'

/** Fails `git/no-repository`, `git/no-branch` (a detached HEAD and no branch named), `git/unsupported`, `git/unreadable`. */
export const openRepository = async (options: OpenOptions): Promise<LocalRepository> => {
  const directory = findGitDirectory(options.path)
  return new LocalRepository(directory, {
    path: options.path,
    branch:
      options.branch === undefined
        ? branchOfHead(options.path, directory.gitDir)
        : checkedBranch(options.branch),
    folder: options.folder ?? '',
    pollMs: options.pollMs ?? defaultPollMs,
    clock: options.clock ?? { now: Date.now },
  })
}

const branchOfHead = (path: string, gitDir: string): string => {
  const ref = headRef(gitDir)
  if (ref?.startsWith(branchPrefix)) return ref.slice(branchPrefix.length)
  throw new GitprocError('git/no-branch', `HEAD of ${path} is on no branch: say which one to watch`, {
    remedy: 'gitproc daemon --watch-branch main',
  })
}

const checkedBranch = (branch: string): string => {
  if (isRefName(branch)) return branch
  throw new GitprocError('git/no-branch', `"${branch}" cannot be the name of a branch`)
}
