/** `gitproc init`: makes a directory a repository, and offers a hook that checks units before they are committed. */
import fs, { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { findGitDirectory } from './git-directory.ts'
import { makeOwnedDirectory, writeOwnedFile } from './owned-file.ts'

export interface InitResult {
  /** False when a repository was there already: then nothing of it was touched. */
  readonly isNew: boolean
}

/**
 * Makes the directory, if missing, a repository whose branch is `branch`. What lies in it stays as it is, and no commit is
 * made: the first one is its owner's. Fails `git/unwritable`.
 */
export const initRepository = async (options: {
  readonly path: string
  readonly branch: string
}): Promise<InitResult> => {
  const dir = resolve(options.path)
  if (isRepository(dir)) return { isNew: false }
  try {
    mkdirSync(dir, { recursive: true })
    const { init } = await import('isomorphic-git')
    await init({ fs, dir, defaultBranch: options.branch })
  } catch (error) {
    throw unwritable(dir, error)
  }
  return { isNew: true }
}

export type HookResult = 'installed' | 'already-installed' | 'other-hook'

/**
 * Installs a pre-commit hook that runs `command` (a path and arguments) on the watched folder as it is staged; a hook of
 * somebody else stays as it is.
 */
export const installPreCommitHook = (path: string, command: readonly string[], folder = ''): HookResult => {
  const { commonDir, config } = findGitDirectory(path)
  const directory = resolve(commonDir, config.get('core.hookspath') ?? 'hooks')
  const hook = join(directory, 'pre-commit')
  if (existsSync(hook))
    return fs.readFileSync(hook, 'utf8').includes(hookMark) ? 'already-installed' : 'other-hook'
  try {
    makeOwnedDirectory(directory)
    writeOwnedFile(hook, Buffer.from(hookScript(command, folder)), 0o755)
  } catch (error) {
    throw unwritable(hook, error)
  }
  return 'installed'
}

const hookMark = '# gitproc pre-commit hook'

/**
 * Checks what is staged, not what lies in the work tree: the index is written out to a directory of its own first. Where
 * gitproc is not installed the commit goes on, for the daemon verifies it anyway.
 */
const hookScript = (command: readonly string[], folder: string): string => `#!/bin/sh
${hookMark}: refuses a commit whose units have errors. Skip it once with: git commit --no-verify
command -v ${quoted(command[0] ?? 'gitproc')} >/dev/null 2>&1 || exit 0
staged=$(mktemp -d) || exit 1
trap 'rm -rf "$staged"' EXIT
git checkout-index --all --prefix="$staged/" || exit 1
cd "$staged"/${quoted(folder)} 2>/dev/null || exit 0
${command.map(quoted).join(' ')} .
`

/** A word of sh, whatever is in it. */
const quoted = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

const isRepository = (path: string): boolean => {
  try {
    findGitDirectory(path)
    return true
  } catch (error) {
    if (error instanceof GitprocError && error.code === 'git/no-repository') return false
    throw error
  }
}

const unwritable = (path: string, error: unknown): GitprocError =>
  new GitprocError('git/unwritable', `${path} cannot be written: ${(error as Error).message}`, {
    cause: error,
  })
