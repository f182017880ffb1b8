/** Finds a repository at a path: work tree, linked work tree or bare (gitrepository-layout(5)). */
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { isTrue, parseGitConfig } from './config-file.ts'
import { isMissing } from './loose-object.ts'

export interface GitDirectory {
  /** What belongs to this work tree: its HEAD, its index. */
  readonly gitDir: string
  /** What all work trees share: objects, refs, configuration. The same as `gitDir` unless linked. */
  readonly commonDir: string
  /** Undefined when bare. */
  readonly workTree: string | undefined
  readonly config: ReadonlyMap<string, string>
}

/** Fails `git/no-repository`, `git/unsupported` (SHA-256, reftable), `git/unreadable`. */
export const findGitDirectory = (path: string): GitDirectory => {
  const top = resolve(path)
  const dotGit = join(top, '.git')
  const gitDir = isDirectory(dotGit) ? dotGit : (gitDirOfFile(dotGit) ?? top)
  const commonDir = resolve(gitDir, readText(join(gitDir, 'commondir'))?.trim() ?? '.')
  if (!isRepository(gitDir, commonDir)) throw noRepository(path)
  const config = parseGitConfig(readText(join(commonDir, 'config')) ?? '')
  refuseUnsupported(top, config)
  return { gitDir, commonDir, workTree: workTreeOf(top, gitDir, config), config }
}

/** The file's bytes, undefined when it isn't there. Fails `git/unreadable` otherwise. */
export const readBytes = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EISDIR') return undefined
    throw unreadable(path, error)
  }
}

/** The same as text. */
export const readText = (path: string): string | undefined => readBytes(path)?.toString('utf8')

/** Fails `git/unreadable` where we may not even look. */
export const isDirectory = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch (error) {
    throw unreadable(path, error)
  }
}

const isRepository = (gitDir: string, commonDir: string): boolean =>
  readText(join(gitDir, 'HEAD')) !== undefined &&
  isDirectory(join(commonDir, 'objects')) &&
  isDirectory(join(commonDir, 'refs'))

/** A linked work tree or a submodule has a file `.git` that says where its directory lies. */
const gitDirOfFile = (dotGit: string): string | undefined => {
  const match = /^gitdir: (.+?)\r?\n?$/.exec(readText(dotGit) ?? '')
  return match === null ? undefined : resolve(dirname(dotGit), match[1] as string)
}

const workTreeOf = (top: string, gitDir: string, config: ReadonlyMap<string, string>): string | undefined => {
  if (gitDir !== top) {
    const configured = config.get('core.worktree')
    return configured === undefined ? top : resolve(gitDir, configured)
  }
  // The path names the git directory itself: `--repo services/.git`.
  return basename(top) === '.git' && !isTrue(config.get('core.bare')) ? dirname(top) : undefined
}

const refuseUnsupported = (path: string, config: ReadonlyMap<string, string>): void => {
  const format = config.get('extensions.objectformat') ?? 'sha1'
  const refs = config.get('extensions.refstorage') ?? 'files'
  const found =
    format !== 'sha1' ? `object format ${format}` : refs !== 'files' ? `ref storage ${refs}` : undefined
  if (found === undefined) return
  throw new GitprocError(
    'git/unsupported',
    `the repository at ${path} uses ${found}, which gitproc cannot read`,
    {
      remedy: 'git init --object-format=sha1 --ref-format=files DIRECTORY, and push the branch there',
    },
  )
}

const noRepository = (path: string): GitprocError =>
  new GitprocError('git/no-repository', `there is no git repository at ${path}`, {
    remedy: `gitproc init --repo ${path}`,
  })

const unreadable = (path: string, error: unknown): GitprocError =>
  new GitprocError('git/unreadable', `${path} cannot be read: ${(error as Error).message}`, {
    retry: 'later',
    remedy: `ls -ld ${path}`,
    cause: error,
  })
