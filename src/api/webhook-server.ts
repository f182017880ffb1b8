/**
 * Webhooks of GitHub, GitLab, Gitea and Forgejo: `POST /webhook`. A genuine one means "look now" and nothing more: what it
 * says about the repository is not read.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import { RateLimit } from './rate-limit.ts'
import { SignatureCheck } from './webhook-signature.ts'

export interface WebhookPorts {
  /** Read for each request, so that a new one counts at once. Fails `config/invalid`. */
  readonly secret: () => string
  readonly look: () => void
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

export interface WebhookServer {
  /** Fails `api/socket`. Gives the port, which the kernel chooses for 0. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>
  close(): Promise<void>
}

/** What GitHub sends at most. */
const maxBodyBytes = 25 * 1024 * 1024
const limits = { burst: 60, perSecond: 1 }
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 }
const maxConnections = 64

export const createWebhookServer = (ports: WebhookPorts): WebhookServer => {
  const rate = new RateLimit(limits)
  const server = createServer(timeouts, (request, response) => {
    answerTo(request, { ports, rate })
      .then((status) => answer(response, status))
      .catch((error: unknown) => {
        ports.log.error('webhook failed', { error: error instanceof Error ? error.message : String(error) })
        answer(response, 503)
      })
  })
  server.maxConnections = maxConnections
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', (cause) => reject(cannotListen(host, port, cause)))
        server.listen(port, host, () => resolve((server.address() as { readonly port: number }).port))
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const words = {
  202: 'looking',
  401: 'the signature is not that of our secret',
  404: 'POST /webhook',
  405: 'POST /webhook',
  413: 'too large',
  429: 'too often',
  503: 'the daemon cannot check signatures: its log says why',
} as const

type Status = keyof typeof words

interface Serving {
  readonly ports: WebhookPorts
  readonly rate: RateLimit
}

const answerTo = async (request: IncomingMessage, { ports, rate }: Serving): Promise<Status> => {
  if (request.url?.split('?')[0] !== '/webhook') return 404
  if (request.method !== 'POST') return 405
  if (!rate.take(ports.clock.now())) return 429
  const check = new SignatureCheck(request.headers, ports.secret())
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > maxBodyBytes) return 413
    check.add(chunk as Buffer)
  }
  if (!check.isGenuine()) {
    ports.log.warn('webhook refused', { why: words[401], from: request.socket.remoteAddress })
    return 401
  }
  ports.look()
  return 202
}

/** The connection is not kept: whoever is refused may still be sending. */
const answer = (response: ServerResponse, status: Status): void => {
  const wait = status === 429 ? { 'retry-after': '5' } : {}
  const allow = status === 405 ? { allow: 'POST' } : {}
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close', ...wait, ...allow })
  response.end(`${words[status]}\n`)
}

const cannotListen = (host: string, port: number, cause: Error): GitprocError =>
  new GitprocError('api/socket', `cannot listen for webhooks on ${host} port ${port}: ${cause.message}`, {
    remedy: 'choose another address with --webhook-listen',
    cause,
  })
