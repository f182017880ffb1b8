/** What went wrong on the way to an HTTP remote, in our words and codes. */
import { GitprocError } from '../../base/error.ts'
import type { RemoteUrl } from './remote-url.ts'

interface Raised {
  readonly code?: string
  readonly message?: string
  /** Of the server's answer. */
  readonly data?: { readonly statusCode?: number }
  /** Of the proxy's answer. */
  readonly statusCode?: number
}

/** Errors of node:https, of the file system and of isomorphic-git as a GitprocError; never with a secret in it. */
export const httpFailure = (error: unknown, url: RemoteUrl): GitprocError => {
  if (error instanceof GitprocError) return error
  const { code = '', message = String(error), data, statusCode } = error as Raised
  if (code === 'HttpError') return statusFailure(data?.statusCode ?? 0, url, error)
  if (code === 'ERR_PROXY_TUNNEL') return proxyFailure(statusCode, url, error)
  if (code === 'PushRejectedError') return movedMeanwhile(url, error)
  if (code === 'GitPushError')
    return isRace(message) ? movedMeanwhile(url, error) : rejected(url, message, error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || code === 'EACCES')
    return unwritable(message, error)
  if (isCertificate(code)) return untrusted(url, message, error)
  if (code === 'ABORT_ERR' || (error as Error).name === 'TimeoutError')
    return unreachable(url, 'it did not answer in time', error)
  if (code in networkWords) return unreachable(url, networkWords[code] as string, error)
  if (protocolErrors.includes(code) || error instanceof RangeError || /^(Z_|HPE_|ERR_BUFFER)/.test(code))
    return nonsense(url, message, error)
  return unreachable(url, firstWords(message) || code, error)
}

const protocolErrors = [
  'git/protocol',
  'SmartHttpError',
  'ParseError',
  'RemoteCapabilityError',
  'InternalError',
  'NotFoundError',
]

/** The server's words for a ref that is no longer where we saw it. */
const isRace = (message: string): boolean =>
  /non-fast-forward|fetch first|stale info|failed to (update|lock)|cannot lock ref|already exists/.test(
    message,
  )

/** What a server says may hold anything; people read it on their terminals. */
const firstWords = (text: string): string =>
  (text.split('\n', 1)[0] ?? '').replace(/\p{Cc}+/gu, ' ').slice(0, 200)

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up at the moment',
}

const isCertificate = (code: string): boolean =>
  /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH)/.test(code)

const statusFailure = (status: number, url: RemoteUrl, cause: unknown): GitprocError => {
  if (status === 401 || status === 403) return unauthorized(url, `HTTP ${status}`, cause)
  if (status === 404) return noSuchRepository(url, `HTTP 404`, cause)
  if (status >= 300 && status < 400)
    return new GitprocError('git/unreachable', `${url.text} has moved elsewhere (HTTP ${status})`, {
      remedy: 'set remote to the new URL: gitproc follows no redirection, for credentials would follow, too',
      cause,
    })
  return unreachable(url, `it answers with HTTP ${status}`, cause)
}

const proxyFailure = (status: number | undefined, url: RemoteUrl, cause: unknown): GitprocError => {
  if (status !== 407)
    return unreachable(
      url,
      `the proxy ${status === undefined ? 'does not answer' : `answers with HTTP ${status}`}`,
      cause,
    )
  return new GitprocError('git/unauthorized', `the proxy before ${url.text} does not let us out: HTTP 407`, {
    remedy: 'write USER:PASSWORD into the file that proxy_password_file names',
    cause,
  })
}

export const tooLarge = (maxBytes: number): GitprocError =>
  new GitprocError('git/too-large', `the remote sent more than ${Math.round(maxBytes / 2 ** 20)} MiB`, {
    retry: 'later',
    remedy: 'set remote_max_size higher, or remote_depth lower',
  })

export const unreachable = (url: RemoteUrl, why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/unreachable', `cannot reach ${url.text}: ${why}`, {
    retry: 'later',
    remedy: 'gitproc sync looks at once',
    cause,
  })

export const unauthorized = (url: RemoteUrl, why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/unauthorized', `${url.text} does not let us in: ${why}`, {
    remedy: whoRemedy(url),
    cause,
  })

const whoRemedy = (url: RemoteUrl): string =>
  url.kind === 'ssh'
    ? 'put the public key of remote_ssh_key_file on the server, then: gitproc sync'
    : 'renew what is in remote_password_file or remote_token_file, then: gitproc sync'

export const noSuchRepository = (url: RemoteUrl, why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/no-repository', `there is no repository at ${url.text}, or not for us: ${why}`, {
    retry: 'later',
    remedy: 'check remote, and who may read it there',
    cause,
  })

export const unwritable = (why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/unwritable', `the mirror of the remote cannot be written: ${why}`, {
    retry: 'later',
    remedy: 'df -h shows what is full; then: gitproc sync',
    cause,
  })

export const movedMeanwhile = (url: RemoteUrl, cause?: unknown): GitprocError =>
  new GitprocError('git/moved', `nothing was pushed to ${url.text}: the branch has moved there meanwhile`, {
    retry: 'now',
    remedy: 'gitproc sync, look at what is new, and try again',
    cause,
  })

export const rejected = (url: RemoteUrl, why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/rejected', `${url.text} did not take the commit: ${firstWords(why)}`, {
    remedy: 'let this host push to the branch, or make the commit yourself',
    cause,
  })

const untrusted = (url: RemoteUrl, why: string, cause: unknown): GitprocError =>
  new GitprocError('git/certificate', `the certificate of ${url.text} is not trusted: ${firstWords(why)}`, {
    remedy: `if its CA is your own: remote_ca_file = /etc/gitproc/ca.pem`,
    cause,
  })

export const nonsense = (url: RemoteUrl, why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/protocol', `${url.text} does not answer as a git server: ${firstWords(why)}`, {
    retry: 'later',
    remedy: `check remote: it is to be what git clone takes`,
    cause,
  })
