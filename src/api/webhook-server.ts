/**
 * Webhooks of GitHub, GitLab, Gitea and Forgejo: `POST /webhook`. A genuine one means "look now" and nothing more: what it
 * says about the repository is not read.
 */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { RateLimits } from './rate-limit.ts'
import { createTcpServer, type TcpAnswer, type TcpServer } from './tcp-server.ts'
import { isSigned, SignatureCheck } from './webhook-signature.ts'

export interface WebhookPorts {
  /** Read for each request, so that a new one counts at once. Fails `config/invalid`. */
  readonly secret: () => string
  readonly look: () => void
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

/** What GitHub sends at most. */
const maxBodyBytes = 25 * 1024 * 1024
const limits = { burst: 60, perSecond: 1 }

export const createWebhookServer = (ports: WebhookPorts): TcpServer => {
  const rates = new RateLimits(limits)
  const answer = async (request: IncomingMessage): Promise<TcpAnswer> =>
    worded(await statusOf(request, { ports, rates }))
  return createTcpServer({ purpose: 'listen for webhooks', flag: '--webhook-listen', answer }, ports.log)
}

const words = {
  202: 'looking',
  401: 'the signature is not that of our secret',
  404: 'POST /webhook',
  405: 'POST /webhook',
  413: 'too large',
  429: 'too often',
} as const

type Status = keyof typeof words

const headers: Partial<Record<Status, Readonly<Record<string, string>>>> = {
  405: { allow: 'POST' },
  429: { 'retry-after': '5' },
}

const worded = (status: Status): TcpAnswer => ({
  status,
  contentType: 'text/plain',
  text: `${words[status]}\n`,
  headers: headers[status] ?? {},
})

interface Serving {
  readonly ports: WebhookPorts
  readonly rates: RateLimits
}

const statusOf = async (request: IncomingMessage, { ports, rates }: Serving): Promise<Status> => {
  const from = request.socket.remoteAddress ?? ''
  if (request.url?.split('?')[0] !== '/webhook') return 404
  if (request.method !== 'POST') return 405
  if (!rates.take(from, ports.clock.now())) return 429
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return 413
  if (!isSigned(request.headers)) return refused(from, ports)
  const check = new SignatureCheck(request.headers, ports.secret())
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > maxBodyBytes) return 413
    check.add(chunk as Buffer)
  }
  if (!check.isGenuine()) return refused(from, ports)
  ports.look()
  return 202
}

const refused = (from: string, { log }: WebhookPorts): Status => {
  log.warn('webhook refused', { why: words[401], from })
  return 401
}
