/** The URL of a remote, checked before anything is done with it: no credentials in it, no transport that we don't know. */
import { GitprocError } from '../../base/error.ts'
import { isLoopback } from '../../base/loopback.ts'

export type RemoteKind = 'http' | 'ssh' | 'git' | 'file'

export interface RemoteUrl {
  readonly kind: RemoteKind
  /** As git takes it. */
  readonly href: string
  /** As the person wrote it: for messages. */
  readonly text: string
  /** Empty for a file. */
  readonly host: string
  /** Undefined where it is the usual one. */
  readonly port: number | undefined
  /** Of the repository on its server. */
  readonly path: string
}

const kinds: Readonly<Record<string, RemoteKind>> = {
  'https:': 'http',
  'http:': 'http',
  'ssh:': 'ssh',
  'git+ssh:': 'ssh',
  'git:': 'git',
  'file:': 'file',
}

/** Fails `config/invalid`, without repeating what may be a secret. */
export const parseRemoteUrl = (text: string): RemoteUrl => {
  const { href, read } = asUrl(text)
  const url = URL.parse(read)
  const kind = url === null ? undefined : kinds[url.protocol]
  if (url === null || kind === undefined) throw unknownForm(text)
  if (url.password !== '' || (kind === 'http' && url.username !== '')) throw hasCredentials(url)
  if (url.search !== '' || url.hash !== '') throw invalid('the remote URL has a query or a fragment', form)
  if (kind !== 'file' && !isHost(url.hostname)) throw unknownForm(text)
  if (url.username !== '' && !/^[\w.%+-]+$/.test(url.username)) throw unknownForm(text)
  if (url.protocol === 'http:' && !isLoopback(bare(url.hostname))) throw notEncrypted(url)
  const path = decoded(url.pathname)
  if (path === undefined || path.length < 2) throw invalid(`the remote URL ${text} names no repository`, form)
  return {
    kind,
    href,
    text,
    host: bare(url.hostname),
    port: url.port === '' ? undefined : Number(url.port),
    path,
  }
}

/** The last part of its path, without `.git`: a name for people. */
export const remoteName = ({ path, host }: RemoteUrl): string =>
  path
    .split('/')
    .findLast((part) => part !== '' && part !== '.git')
    ?.replace(/\.git$/, '') || host

const shortForm = /^(?<user>[\w.+-]+@)?(?<host>[\w.-]+|\[[\da-fA-F:.]+\]):(?!:|\/\/)(?<path>\S+)$/

/**
 * `git@host:path` is how most people write ssh: git is to see it so, for a path without a slash in front is below the user's
 * home there. An absolute path is a repository of this host.
 */
const asUrl = (text: string): { readonly href: string; readonly read: string } => {
  if (text.startsWith('/')) return { href: `file://${encodeURI(text)}`, read: `file://${encodeURI(text)}` }
  const { user = '', host, path = '' } = shortForm.exec(text)?.groups ?? {}
  if (host === undefined) return { href: text, read: text }
  return { href: text, read: `ssh://${user}${host}/${path.replace(/^\//, '')}` }
}

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** A name that begins with a hyphen would be an option of ssh. */
const isHost = (name: string): boolean => /^(\[[\da-f:.]+\]|[a-z\d_][\w.-]*)$/i.test(name)

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

const form =
  'remote = https://HOST/PATH.git, ssh://git@HOST/PATH.git, git@HOST:PATH.git, git://HOST/PATH or file:///PATH'

const invalid = (message: string, remedy: string): GitprocError =>
  new GitprocError('config/invalid', message, { remedy })

/** What does not parse may hold a password somewhere: it is not repeated. */
const unknownForm = (text: string): GitprocError =>
  invalid(`the remote URL${/[@]/.test(text) ? '' : ` "${text}"`} is none that gitproc can use`, form)

const hasCredentials = (url: URL): GitprocError =>
  invalid(
    `the remote URL for ${url.host} has credentials in it: they would end up in logs, in backups and in ps`,
    'write the URL without them, and the password or token into a file of mode 0600: remote_password_file = /etc/gitproc/password',
  )

const notEncrypted = (url: URL): GitprocError =>
  invalid(
    `http://${url.host} is not encrypted: anybody on the way could decide what runs here`,
    `remote = https://${url.host}${url.pathname}`,
  )
