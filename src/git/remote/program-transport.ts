/** A remote over ssh://, git:// or file://, by the system's git and ssh. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRef } from '../refs.ts'
import { type GitRan, runGit } from './git-program.ts'
import { programFailure } from './program-failure.ts'
import { RefSearch } from './ref-lines.ts'
import type { RemoteUrl } from './remote-url.ts'
import type { FetchRequest, Limits, PushRequest, RefTip, Transport } from './transport.ts'

export interface ProgramOptions {
  readonly url: RemoteUrl
  readonly limits: Limits
  /** Ours: the mirror's directory, for git's configuration. */
  readonly directory: string
  readonly knownHostsFile: string
  readonly sshKeyFile: string | undefined
}

/** Where a fetch puts what it brought; read once, by us, right after. */
const fetchedRef = 'refs/gitproc/fetched'

export class ProgramTransport implements Transport {
  readonly #options: ProgramOptions

  constructor(options: ProgramOptions) {
    this.#options = options
  }

  async tip(ref: string | undefined, signal: AbortSignal): Promise<RefTip | undefined> {
    const { stdout } = await this.#git(lsRemoteArguments(this.#options.url, ref), signal)
    const search = new RefSearch(ref)
    for (const line of refLines(stdout)) search.add(line)
    return search.found
  }

  async fetch(request: FetchRequest, signal: AbortSignal): Promise<string> {
    await this.#git(fetchArguments(this.#options.url, request), signal)
    return readRef(request.gitDir, fetchedRef) as string
  }

  async push(request: PushRequest, signal: AbortSignal): Promise<void> {
    await this.#git(pushArguments(this.#options.url, request), signal)
  }

  async #git(args: readonly string[], signal: AbortSignal): Promise<GitRan> {
    const { url, limits, directory, knownHostsFile, sshKeyFile } = this.#options
    const configuration = join(directory, 'gitconfig')
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(configuration, gitConfiguration(url))
    const environment = {
      GIT_CONFIG_GLOBAL: configuration,
      GIT_SSH: fileURLToPath(new URL('./ssh.sh', import.meta.url)),
      GITPROC_KNOWN_HOSTS: knownHostsFile,
      GITPROC_SSH_KEY: sshKeyFile ?? '',
    }
    const ran = await runGit({ arguments: args, environment }, limits, signal)
    if (ran.status === 0) return ran
    throw programFailure(ran, url, limits)
  }
}

export const lsRemoteArguments = (url: RemoteUrl, ref: string | undefined): readonly string[] => [
  'ls-remote',
  '--symref',
  '--',
  url.href,
  ref ?? 'HEAD',
]

export const fetchArguments = (url: RemoteUrl, { gitDir, ref, depth }: FetchRequest): readonly string[] => [
  `--git-dir=${gitDir}`,
  '-c',
  'gc.auto=0',
  // One pack for each fetch, so that their number tells when the mirror wants to be made anew.
  '-c',
  'fetch.unpackLimit=1',
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  `--depth=${depth}`,
  '--',
  url.href,
  `+${ref}:${fetchedRef}`,
]

/** Without force: a server that has something newer says no. */
export const pushArguments = (url: RemoteUrl, { gitDir, commit, ref }: PushRequest): readonly string[] => [
  `--git-dir=${gitDir}`,
  'push',
  '--quiet',
  '--',
  url.href,
  `${commit}:${ref}`,
]

/** `ls-remote` in the words of protocol version 2: `OID NAME symref-target:NAME`. */
const refLines = (stdout: string): readonly string[] => {
  const lines = stdout.split('\n')
  const target = lines.flatMap((line) => /^ref: (\S+)\tHEAD$/.exec(line)?.[1] ?? [])[0]
  return lines.map((line) => {
    const [sha = '', name = ''] = line.split('\t')
    return name === 'HEAD' && target !== undefined ? `${sha} HEAD symref-target:${target}` : `${sha} ${name}`
  })
}

/**
 * All of git's configuration: the user's does not apply. A repository of this host that belongs to somebody else is one that
 * its administrator has named in ours, so git need not wonder about its owner. Where the remote is on this host, its side
 * reads this file, too: what is for our side only stands on the command line.
 */
const gitConfiguration = (url: RemoteUrl): string =>
  url.kind === 'file'
    ? `[safe]\n\tdirectory = ${quoted(url.path)}\n\tdirectory = ${quoted(join(url.path, '.git'))}\n`
    : ''

const quoted = (path: string): string => `"${path.replace(/[\\"]/g, '\\$&')}"`
