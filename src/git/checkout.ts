/** The work trees in which the watched branch is checked out: the main one, linked ones, or none. */
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isTrue } from './config-file.ts'
import { type GitDirectory, isDirectory, readText } from './git-directory.ts'
import { headRef } from './refs.ts'

export interface Checkout {
  readonly workTree: string
  /** Where its HEAD and index lie. */
  readonly gitDir: string
  /** Whether the executable bit of files is to be trusted (core.fileMode). */
  readonly tracksFileMode: boolean
}

/** Git lets a branch be checked out once, but it can be forced to more. */
export const checkoutsOf = (directory: GitDirectory, ref: string): Checkout[] =>
  [mainCheckout(directory), ...linkedCheckouts(directory)].filter(
    (checkout): checkout is Checkout =>
      checkout !== undefined && headRef(checkout.gitDir) === ref && isDirectory(checkout.workTree),
  )

const mainCheckout = (directory: GitDirectory): Checkout | undefined => {
  const { commonDir, gitDir, workTree, config } = directory
  if (isTrue(config.get('core.bare'))) return undefined
  if (gitDir === commonDir)
    return workTree === undefined ? undefined : checkout(directory, commonDir, workTree)
  return checkout(directory, commonDir, config.get('core.worktree') ?? dirname(commonDir))
}

/** Each has a directory under `worktrees/` whose file `gitdir` names the `.git` file in the work tree. */
const linkedCheckouts = (directory: GitDirectory): (Checkout | undefined)[] => {
  const worktrees = join(directory.commonDir, 'worktrees')
  if (!isDirectory(worktrees)) return []
  return readdirSync(worktrees).map((name) => {
    const gitDir = join(worktrees, name)
    const dotGit = readText(join(gitDir, 'gitdir'))?.trim()
    return dotGit === undefined ? undefined : checkout(directory, gitDir, dirname(dotGit))
  })
}

const checkout = (directory: GitDirectory, gitDir: string, workTree: string): Checkout => ({
  workTree,
  gitDir,
  tracksFileMode: isTrue(directory.config.get('core.filemode') ?? 'true'),
})
