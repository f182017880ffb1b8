/** A webhook: one POST of JSON. Redirects are not followed, and what is secret is read from its file each time. */
import { createHmac } from 'node:crypto'
import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { GitprocError } from '../../base/error.ts'
import { type ProxySettings, proxyFor } from '../../git/remote/proxy.ts'
import { readSecretLine } from '../../git/remote/secret-file.ts'
import type { Delivery, Target } from './delivery.ts'
import { type Message, slackForm } from './message.ts'

export interface WebhookOptions {
  readonly url: URL
  /** Sent as `Authorization: Bearer`. */
  readonly tokenFile: string | undefined
  /** The body is signed with it: `X-Gitproc-Signature-256: sha256=HEX` (HMAC). */
  readonly secretFile: string | undefined
}

const patienceMs = 15_000

export const webhookTarget = (options: WebhookOptions, proxy: ProxySettings): Target => ({
  name: `webhook ${options.url.origin}${options.url.pathname}`,
  deliver: (message) =>
    attempt(() => ({
      url: options.url,
      body: JSON.stringify(message),
      headers: headersOf(options, message),
      proxy,
    })),
})

/** The URL of such a webhook is itself the secret: it stands in a file. */
export const slackTarget = (urlFile: string, proxy: ProxySettings): Target => ({
  name: `slack ${urlFile}`,
  deliver: (message) =>
    attempt(() => ({
      url: secretUrl(urlFile),
      body: JSON.stringify(slackForm(message)),
      headers: () => ({}),
      proxy,
    })),
})

interface Posting {
  readonly url: URL
  readonly body: string
  readonly headers: (body: string) => Readonly<Record<string, string>>
  readonly proxy: ProxySettings
}

const headersOf =
  ({ tokenFile, secretFile }: WebhookOptions, { id, event }: Message) =>
  (body: string): Readonly<Record<string, string>> => ({
    'x-gitproc-event': event,
    'idempotency-key': id,
    ...(tokenFile === undefined ? {} : { authorization: `Bearer ${readSecretLine(tokenFile, 'token')}` }),
    ...(secretFile === undefined
      ? {}
      : { 'x-gitproc-signature-256': `sha256=${signature(secretFile, body)}` }),
  })

const signature = (secretFile: string, body: string): string =>
  createHmac('sha256', readSecretLine(secretFile, 'secret')).update(body).digest('hex')

const secretUrl = (file: string): URL => {
  const text = readSecretLine(file, 'URL of the webhook')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new GitprocError('config/invalid', `${file} holds no URL of http or https`)
}

const attempt = async (prepare: () => Posting): Promise<Delivery> => {
  try {
    return verdictOn(await post(prepare()))
  } catch (error) {
    return { kind: 'failed', why: (error as Error).message || String((error as NodeJS.ErrnoException).code) }
  }
}

/** What a server refuses today it refuses tomorrow, unless it says that it is busy. */
const verdictOn = (status: number): Delivery => {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429
  return { kind: isPassing ? 'failed' : 'refused', why: `HTTP ${status}` }
}

const post = ({ url, body, headers, proxy }: Posting): Promise<number> =>
  new Promise((resolve, reject) => {
    const isSecret = url.protocol === 'https:'
    const proxyEnv = proxyFor(url, proxy)
    const through = proxyEnv === undefined ? {} : { proxyEnv: { ...proxyEnv } }
    const outgoing = (isSecret ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: isSecret ? new HttpsAgent(through) : new HttpAgent(through),
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'gitproc',
        ...headers(body),
      },
    })
    outgoing.on('response', (response) => {
      response.resume()
      response.on('error', () => {})
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
