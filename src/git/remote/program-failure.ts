/** What git and ssh say on stderr, in our words and codes. Their sentences are stable under LC_ALL=C. */
import { GitprocError } from '../../base/error.ts'
import { type GitRan, timedOutStatus } from './git-program.ts'
import {
  movedMeanwhile,
  noSuchRepository,
  rejected,
  tooLarge,
  unauthorized,
  unreachable,
  unwritable,
} from './http-failure.ts'
import type { RemoteUrl } from './remote-url.ts'
import type { Limits } from './transport.ts'

interface Context {
  readonly url: RemoteUrl
  readonly limits: Limits
  /** The last line that says something. */
  readonly line: string
}

interface Rule {
  readonly says: RegExp
  readonly means: (context: Context) => GitprocError
}

/** The first that matches tells. */
const rules: readonly Rule[] = [
  { says: /REMOTE HOST IDENTIFICATION HAS CHANGED/, means: ({ url }) => changedHostKey(url) },
  { says: /Host key verification failed|No \S+ host key is known/i, means: ({ url }) => unknownHostKey(url) },
  {
    says: /No space left on device|Disk quota exceeded/,
    means: () => unwritable('no space is left on the device'),
  },
  { says: /File too large|died of signal 25/, means: ({ limits }) => tooLarge(limits.maxBytes) },
  { says: /Read-only file system/, means: ({ line }) => unwritable(line) },
  { says: /failed to run command 'git'|git: not found/, means: () => noProgram('git', 'git') },
  { says: /exec: ssh: not found|cannot run ssh/, means: () => noProgram('ssh', 'openssh-client') },
  {
    says: /Permission denied \(|Too many authentication failures/,
    means: ({ url, line }) => unauthorized(url, line),
  },
  {
    says: /non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|already exists/,
    means: ({ url }) => movedMeanwhile(url),
  },
  {
    says: /\[remote rejected\]|pre-receive hook declined|protected branch/,
    means: ({ url, line }) => rejected(url, line),
  },
  {
    says: /does not appear to be a git repository|repository not (found|exported)|access denied or repository/i,
    means: ({ url, line }) => noSuchRepository(url, line),
  },
  { says: /dubious ownership/, means: ({ url, line }) => unauthorized(url, line) },
  {
    says: /Could not resolve host|Name or service not known/,
    means: ({ url }) => unreachable(url, 'its name is not known'),
  },
  {
    says: /Temporary failure in name resolution/,
    means: ({ url }) => unreachable(url, 'its name cannot be looked up at the moment'),
  },
  { says: /Connection refused/, means: ({ url }) => unreachable(url, 'it refuses connections') },
  { says: /timed out|Timeout, server/i, means: ({ url }) => unreachable(url, 'it did not answer in time') },
  { says: /Permission denied/, means: ({ url, line }) => unauthorized(url, line) },
]

export const programFailure = (ran: GitRan, url: RemoteUrl, limits: Limits): GitprocError => {
  const line = lastLine(ran.stderr)
  if (ran.status === timedOutStatus || ran.wasAborted) return unreachable(url, 'it did not answer in time')
  const rule = rules.find(({ says }) => says.test(ran.stderr))
  return (
    rule?.means({ url, limits, line }) ?? unreachable(url, line === '' ? 'git ended without a word' : line)
  )
}

/** The reason is what stands before git's general advice. */
const lastLine = (stderr: string): string => {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/\p{Cc}+/gu, ' '))
    .map((line) => line.replace(/^(fatal|error|remote|warning): /, '').trim())
    .filter((line) => line !== '' && !advice.test(line))
  return (
    lines.find((line) => /Permission denied|\[remote rejected\]|declined/.test(line)) ??
    lines.at(-1) ??
    ''
  ).slice(0, 300)
}

const advice =
  /^(Could not read from remote repository|Please make sure you have the correct access rights|and the repository exists|hint:)/

const unknownHostKey = (url: RemoteUrl): GitprocError =>
  new GitprocError(
    'git/host-key',
    `the host key of ${hostName(url)} is not known: nobody has accepted it yet`,
    {
      remedy: `gitproc hostkey accept ${hostName(url)}`,
      data: { host: url.host },
    },
  )

const changedHostKey = (url: RemoteUrl): GitprocError =>
  new GitprocError(
    'git/host-key',
    `the host key of ${hostName(url)} is not the one that was accepted: it was changed, or somebody stands in between`,
    {
      remedy: `ask the server's administrator for its fingerprint, then: gitproc hostkey accept ${hostName(url)}`,
      data: { host: url.host },
    },
  )

const hostName = ({ host, port }: RemoteUrl): string =>
  port === undefined ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`

const noProgram = (program: string, debianPackage: string): GitprocError =>
  new GitprocError('git/no-program', `the program ${program} is not installed: only https:// does without`, {
    remedy: `apt-get install ${debianPackage}, or use an https:// remote`,
  })
