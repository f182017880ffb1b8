/**
 * Failures: thrown, with a stable code, and words a person can act on.
 * Diagnostics of unit files are values (`units/diagnostic.ts`), bugs are assertions.
 */

/** Every code a failure can carry, and what it means. `docs/errors.md` is made from this list. */
export const errorCodes = {
  'config/invalid': 'the configuration has an unknown key or a bad value',
  'git/no-repository': 'there is no git repository at the path',
  'git/no-branch': 'the repository has no such branch',
  'git/no-commit': 'the branch has no commit yet',
  'git/bad-revision': 'no commit is called that',
  'git/dirty-work-tree': 'the work tree has changes that would be overwritten',
  'git/unreadable': 'an object of the repository is missing or damaged',
  'git/unsupported': 'the repository uses something that gitproc cannot read',
  'git/no-file': 'the revision has no such file in the watched folder',
  'git/unwritable': 'the repository cannot be written: no permission, or no space left',
  'git/exists': 'a repository is already there',
  'git/untrusted':
    'a commit is not signed as verify_commits= demands, or the branch went a way that it must not go',
  'git/unreachable': 'the remote cannot be reached, or does not answer in time',
  'git/unauthorized': 'the remote does not let us in',
  'git/host-key': 'the ssh host key of the remote is not known, or has changed',
  'git/certificate': 'the certificate of the remote is not trusted',
  'git/protocol': 'the remote does not answer as a git server',
  'git/too-large': 'the remote sent more than remote_max_size',
  'git/rejected': 'the remote did not take a commit',
  'git/no-program': 'a program is not installed that this kind of remote needs',
  'git/moved': 'the branch moved while it was being written',
  'units/unknown': 'no unit is called that',
  'units/refused': 'the unit files have errors',
  'plan/nothing': 'there is nothing to do',
  'plan/moved': 'git or what runs has moved since the plan was made',
  'plan/waits': 'something else has to end first: a suspension, a pin, a confirmation',
  'executor/launch': 'a process could not be started',
  'executor/cgroup': 'a cgroup could not be made or written',
  'executor/input': 'a service did not take what it was sent',
  'executor/unsupported': 'this host cannot do what the unit asks for',
  'store/write': 'state could not be written',
  'store/read': 'state could not be read',
  'store/locked': 'another daemon uses this state directory',
  'supervisor/failed': 'a unit did not become ready',
  'supervisor/held': 'the unit is held by an operator',
  'logs/unknown-unit': 'no logs are kept under that name',
  'logs/unknown-run': 'no run in the logs has that name, or was at that commit',
  'logs/damaged': 'an archive of a log can not be read',
  'logs/unwritable': 'a log file could not be made or written',
  'daemon/start': 'the daemon did not come up',
  'api/unreachable': 'the daemon is not running',
  'api/forbidden': 'the caller may not use the socket',
  'api/bad-request': 'the daemon did not understand the request',
  'api/socket': 'the daemon cannot listen on its socket',
  'api/broken': 'the answer of the daemon made no sense',
  'cli/usage': 'the command line makes no sense',
} as const

export type ErrorCode = keyof typeof errorCodes

/** When the same attempt may succeed: at once, after waiting, or only after somebody changed something. */
export type Retry = 'now' | 'later' | 'never'

export interface ErrorDetails {
  readonly retry?: Retry
  /** What the person can type or change next. */
  readonly remedy?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

export class GitprocError extends Error {
  override readonly name: string = 'GitprocError'
  readonly code: ErrorCode
  readonly retry: Retry
  readonly remedy: string | undefined
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retry = details.retry ?? 'never'
    this.remedy = details.remedy
    this.data = details.data ?? {}
  }
}
