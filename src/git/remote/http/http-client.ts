/**
 * HTTP for remotes, by node:https: with our CA, client certificate, proxy and limits. A connection is kept for the next exchange:
 * a handshake takes longer than most answers.
 */
import { readFileSync } from 'node:fs'
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import { GitprocError } from '../../../base/error.ts'
import { tooLarge } from '../http-failure.ts'
import { type ProxyEnvironment, type ProxySettings, proxyFor } from '../proxy.ts'
import { readSecret, readSecretLine } from '../secret-file.ts'
import type { Identity, Limits } from '../transport.ts'

export interface HttpQuestion {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent by POST; without one it is a GET. */
  readonly body?: Buffer
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  /** No more of it than `maxBytes`: then it fails `git/too-large`. */
  readonly body: AsyncIterable<Buffer>
}

export interface HttpPorts {
  readonly identity: Identity
  readonly limits: Limits
  readonly proxy: ProxySettings
}

/** A connection on which nothing comes for this long is given up. */
const silenceMs = 30_000
/** Longer than between two polls. */
const keptMs = 90_000

export class HttpClient {
  readonly #ports: HttpPorts
  #agent: HttpAgent | HttpsAgent | undefined
  #agentFor = ''

  constructor(ports: HttpPorts) {
    this.#ports = ports
  }

  /** `read` is given the answer when its head is there. Fails as node:https and `read` do. */
  async ask<T>(
    question: HttpQuestion,
    signal: AbortSignal,
    read: (answer: HttpAnswer) => Promise<T>,
  ): Promise<T> {
    const response = await this.#answerTo(question, signal)
    try {
      return await read({
        status: response.statusCode ?? 0,
        contentType: response.headers['content-type'] ?? '',
        body: bounded(response, this.#ports.limits.maxBytes),
      })
    } finally {
      // What nobody wanted to read is no reason to wait for it.
      if (!response.readableEnded) response.destroy()
    }
  }

  /** The other side may have closed a connection that was kept, in the moment in which we used it: then once more. */
  async #answerTo(question: HttpQuestion, signal: AbortSignal): Promise<IncomingMessage> {
    const options = this.#options(question, signal)
    const first = send(question, options)
    try {
      return await first.response
    } catch (error) {
      if (!first.outgoing.reusedSocket || signal.aborted || !wasClosed(error)) throw error
      return send(question, options).response
    }
  }

  #options({ url, headers, body }: HttpQuestion, signal: AbortSignal): RequestOptions {
    const { identity, limits, proxy } = this.#ports
    return {
      ...tlsOptions(identity),
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) },
      agent: this.#agentThrough(url, proxyFor(new URL(url), proxy)),
      timeout: Math.min(silenceMs, limits.timeoutMs),
      signal,
    }
  }

  /** The one that keeps our connection, until the way to the remote is another. */
  #agentThrough(url: string, proxyEnv: ProxyEnvironment | undefined): HttpAgent {
    const wanted = JSON.stringify(proxyEnv ?? {})
    if (this.#agent === undefined || this.#agentFor !== wanted) {
      this.#agent?.destroy()
      const Agent = url.startsWith('https:') ? HttpsAgent : HttpAgent
      this.#agent = new Agent({
        keepAlive: true,
        timeout: keptMs,
        ...(proxyEnv && { proxyEnv: { ...proxyEnv } }),
      })
      this.#agentFor = wanted
    }
    return this.#agent
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
      { remedy: `check ${path}`, cause },
    )
  }
}

interface Sent {
  readonly outgoing: ClientRequest
  readonly response: Promise<IncomingMessage>
}

const send = ({ url, body }: HttpQuestion, options: RequestOptions): Sent => {
  const outgoing = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, options)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  outgoing.on('response', resolve)
  outgoing.on('timeout', () => outgoing.destroy(new Error('it says nothing any more')))
  outgoing.on('error', reject)
  outgoing.end(body)
  return { outgoing, response: promise }
}

const wasClosed = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')

async function* bounded(response: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    yield chunk
  }
}
