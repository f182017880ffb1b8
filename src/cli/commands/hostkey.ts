/** `gitproc hostkey list|accept`: which ssh servers a remote may be fetched from. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import type { Config } from '../../config.ts'
import { parseSshHost, type SshHost, scanHostKeys } from '../../git/remote/host-key-scan.ts'
import {
  acceptHostKeys,
  fingerprint,
  type HostKey,
  hostPattern,
  readHostKeys,
} from '../../git/remote/known-hosts.ts'
import { knownHostsFile } from '../../git/remote/mirror-path.ts'
import { parseRemoteUrl } from '../../git/remote/remote-url.ts'
import { saysYes } from '../ask.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { hostKeyLines } from '../render/host-keys.ts'

export default class Hostkey extends GitprocCommand {
  static override summary = 'Lists the ssh host keys that were accepted, or accepts those of a server.'
  static override description =
    'Fetching over ssh trusts no server that nobody accepted. accept asks the server for its keys and shows their fingerprints: compare them with those that its administrator publishes. On a terminal you are asked; elsewhere --fingerprint says which key is right. Keys that were accepted before for that server are replaced.'
  static override args = {
    action: Args.string({ description: 'list or accept', required: true, options: ['list', 'accept'] }),
    host: Args.string({ description: 'HOST or HOST:PORT; without it, that of the remote' }),
  }
  static override flags = {
    fingerprint: Flags.string({
      description: 'accept only when the server has a key with this fingerprint, and only that key',
      helpValue: 'SHA256:…',
    }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc hostkey list',
    '$ gitproc hostkey accept git.example.org',
    '$ gitproc hostkey accept git.example.org:2222 --fingerprint SHA256:uNiVztksCsDhcc0u9e8BrwIF5gVzU8sbzqxHgCJxrZI',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Hostkey)
    const session = this.session(flags)
    const file = knownHostsFile(session.config.stateDirectory)
    if (args.action === 'list') {
      show(readHostKeys(file), session)
      return exitStatuses.done.status
    }
    const host = hostOf(args.host, session.config)
    const keys = chosen(await scanHostKeys(host), flags.fingerprint)
    const isSure = flags.fingerprint !== undefined
    if (!isSure)
      print([`Keys of ${hostPattern(host.host, host.port)}, as it says itself:`, ...hostKeyLines(keys)])
    if (!isSure && !(await saysYes('Are these the fingerprints that its administrator published? [y/N] ')))
      throw notSure(host)
    acceptHostKeys(file, hostPattern(host.host, host.port), keys)
    if (session.isJson) show(keys, session)
    else print([`Accepted ${hostPattern(host.host, host.port)}.`, '', 'Next:', '  gitproc sync'])
    return exitStatuses.done.status
  }
}

const show = (keys: readonly HostKey[], { isJson }: Session): void => {
  if (isJson)
    printJson(keys.map((key) => ({ host: key.host, type: key.type, fingerprint: fingerprint(key) })))
  else print(keys.length === 0 ? ['No host key has been accepted yet.'] : hostKeyLines(keys))
}

const hostOf = (text: string | undefined, { remote }: Config): SshHost => {
  const host = text === undefined ? undefined : parseSshHost(text)
  if (host !== undefined) return host
  if (text === undefined && remote !== undefined) {
    const url = parseRemoteUrl(remote.url)
    if (url.kind === 'ssh') return url
  }
  throw new GitprocError(
    'cli/usage',
    text === undefined ? 'which host? There is no remote over ssh' : `"${text}" is no host`,
    {
      remedy: 'gitproc hostkey accept HOST[:PORT]',
    },
  )
}

const chosen = (keys: readonly HostKey[], wanted: string | undefined): readonly HostKey[] => {
  if (wanted === undefined) return keys
  const right = keys.filter((key) => fingerprint(key) === wanted)
  if (right.length > 0) return right
  throw new GitprocError('git/host-key', `the server has no key with the fingerprint ${wanted}`, {
    remedy: `it says: ${keys.map(fingerprint).join(', ')}`,
  })
}

const notSure = (host: SshHost): GitprocError =>
  new GitprocError('git/host-key', 'nothing was accepted', {
    remedy: `gitproc hostkey accept ${hostPattern(host.host, host.port)} --fingerprint SHA256:…`,
  })
