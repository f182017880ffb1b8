/**
 * HTTP for isomorphic-git, by node:https: with our CA, client certificate and limits. Answers are read whole before they are
 * handed over, so that trouble in the middle of one fails the request and nothing else.
 */
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { type Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { GitprocError } from '../../../base/error.ts'
import { readSecret, readSecretLine } from '../secret-file.ts'
import type { Identity, Limits } from '../transport.ts'

/** The part of isomorphic-git's HttpClient that we are. */
export interface GitHttpRequest {
  readonly url: string
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined
}

export interface GitHttpResponse {
  readonly url: string
  readonly method: string
  readonly statusCode: number
  readonly statusMessage: string
  readonly headers: Record<string, string>
  readonly body: AsyncIterableIterator<Uint8Array>
}

export interface GitHttpClient {
  request(asked: GitHttpRequest): Promise<GitHttpResponse>
}

/** A connection on which nothing comes for this long is given up. */
const silenceMs = 30_000

/** A client for one operation; `signal` ends it. Fails as node:https does, and `git/too-large`. */
export const createHttpClient = (identity: Identity, limits: Limits, signal: AbortSignal): GitHttpClient => {
  const options = { ...tlsOptions(identity), signal, timeout: Math.min(silenceMs, limits.timeoutMs) }
  return {
    request: async ({ url, method = 'GET', headers = {}, body }) => {
      const bytes = body === undefined ? undefined : await collected(body)
      const response = await send(
        url,
        { ...options, method, headers: { ...headers, ...lengthOf(bytes) } },
        bytes,
      )
      const answer = await readWhole(response, limits.maxBytes)
      return {
        url,
        method,
        statusCode: response.statusCode ?? 0,
        statusMessage: response.statusMessage ?? '',
        headers: flatHeaders(response),
        body: once(answer),
      }
    },
  }
}

/** The header that says who we are; none where the remote is to be read by anybody. */
export const authorization = ({ user, passwordFile, tokenFile }: Identity): Record<string, string> => {
  if (tokenFile !== undefined) return { authorization: `Bearer ${readSecretLine(tokenFile, 'token')}` }
  if (passwordFile === undefined) return {}
  const password = readSecretLine(passwordFile, 'password')
  return { authorization: `Basic ${Buffer.from(`${user ?? anyUser}:${password}`).toString('base64')}` }
}

/** What GitHub, GitLab and Gitea take beside an access token as the password. */
const anyUser = 'x-access-token'

const tlsOptions = ({ caFile, certificateFile, certificateKeyFile }: Identity): RequestOptions => ({
  agent: false as unknown as Agent,
  minVersion: 'TLSv1.2',
  ...(caFile === undefined ? {} : { ca: readPublic(caFile, 'CA certificate') }),
  ...(certificateFile === undefined ? {} : { cert: readPublic(certificateFile, 'client certificate') }),
  ...(certificateKeyFile === undefined
    ? {}
    : { key: readSecret(certificateKeyFile, 'key of the client certificate') }),
})

const readPublic = (path: string, what: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new GitprocError(
      'config/invalid',
      `the ${what} in ${path} cannot be read: ${(cause as Error).message}`,
      {
        remedy: `check ${path}`,
        cause,
      },
    )
  }
}

const send = (url: string, options: RequestOptions, body: Buffer | undefined): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest
    const outgoing = request(url, options, resolve)
    outgoing.on('timeout', () => outgoing.destroy(new Error('it says nothing any more')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })

const readWhole = async (response: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    length += (chunk as Buffer).length
    if (length > maxBytes) {
      response.destroy()
      throw tooLarge(maxBytes)
    }
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

export const tooLarge = (maxBytes: number): GitprocError =>
  new GitprocError('git/too-large', `the remote sent more than ${Math.round(maxBytes / 2 ** 20)} MiB`, {
    retry: 'later',
    remedy: 'set remote_max_size higher, or remote_depth lower',
  })

const collected = async (body: NonNullable<GitHttpRequest['body']>): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const lengthOf = (body: Buffer | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(body.length) }

const flatHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

async function* once(bytes: Buffer): AsyncIterableIterator<Uint8Array> {
  yield bytes
}
