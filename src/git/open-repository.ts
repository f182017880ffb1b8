/**
 * The door of this folder. `git/` reads a branch of a repository on this machine and, for a rollback, commits to it; a
 * remote is mirrored and then read the same way (`remote/`). It imports `base/` only. Read `repository-port.ts` first, then `local-repository.ts`, which is put together from the files
 * beside it: objects (`object-store.ts`), refs (`refs.ts`), history, the folder's files, the work tree.
 *
 * Objects, refs and the index are read by our own code, not by isomorphic-git; docs/decisions says why, with figures.
 */
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import { findGitDirectory } from './git-directory.ts'
import { LocalRepository } from './local-repository.ts'
import { headRef, isRefName } from './refs.ts'
import { HttpTransport } from './remote/http/http-transport.ts'
import { Mirror } from './remote/mirror.ts'
import { knownHostsFile, mirrorPath, mirrorsDirectory, notesPath } from './remote/mirror-path.ts'
import { ProgramTransport } from './remote/program-transport.ts'
import type { ProxySettings } from './remote/proxy.ts'
import { RemoteNotes } from './remote/remote-notes.ts'
import { RemoteRepository } from './remote/remote-repository.ts'
import { parseRemoteUrl, type RemoteUrl } from './remote/remote-url.ts'
import { branchTip, type Identity, type Limits, type RemoteTip, type Transport } from './remote/transport.ts'

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

/** What it takes to ask a remote. */
export interface AskOptions {
  readonly url: string
  readonly stateDirectory: string
  /** Default: the branch that HEAD names there. */
  readonly branch?: string
  readonly limits: Limits
  readonly identity: Identity
  readonly proxy: ProxySettings
}

export interface RemoteOptions extends AskOptions {
  readonly folder: string
  readonly pollMs: number
  /** Commits of history that are fetched; more when a rollback needs them. */
  readonly depth: number
  readonly clock: Clock
  readonly random: () => number
}

/** A remote, mirrored below the state directory. Nothing is asked of it before somebody watches. Fails `config/invalid`. */
export const openRemote = (options: RemoteOptions): RemoteRepository => {
  const url = parseRemoteUrl(options.url)
  const { branch, folder, depth, clock, random, pollMs, stateDirectory } = options
  if (branch !== undefined) checkedBranch(branch)
  const path = mirrorPath(stateDirectory, options.url)
  const mirror = new Mirror({ path, folder, depth, clock })
  const transport = transportFor(url, options)
  const notes = new RemoteNotes({ path: notesPath(path), transport, clock, random })
  return new RemoteRepository({ url, branch, mirror, notes, transport, pollMs, clock, random })
}

/** Asks a remote once where the branch is; nothing is fetched. Fails as a look does. */
export const askRemote = (options: AskOptions): Promise<RemoteTip | undefined> => {
  const url = parseRemoteUrl(options.url)
  const signal = AbortSignal.timeout(options.limits.timeoutMs)
  return branchTip(transportFor(url, options), options.branch, signal)
}

const transportFor = (url: RemoteUrl, { identity, limits, proxy, stateDirectory }: AskOptions): Transport =>
  url.kind === 'http'
    ? new HttpTransport(url, { identity, limits, proxy })
    : new ProgramTransport({
        url,
        limits,
        directory: mirrorsDirectory(stateDirectory),
        knownHostsFile: knownHostsFile(stateDirectory),
        sshKeyFile: identity.sshKeyFile,
      })

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
