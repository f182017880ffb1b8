/** Webhooks of people who mean us harm; those of the forges come in the scenarios. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createWebhookServer } from '../../src/api/webhook-server.ts'
import { systemClock } from '../../src/system-clock.ts'
import { captureLog } from '../support/capture-log.ts'

const secret = 'between us'

const serve = async (t: TestContext) => {
  const looks = { count: 0 }
  const log = captureLog()
  const server = createWebhookServer({
    secret: () => secret,
    look: () => {
      looks.count += 1
    },
    clock: systemClock,
    log,
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  return { port, looks }
}

interface Hook {
  readonly headers?: Record<string, string>
  /** Sent again and again, until the server has had enough. */
  readonly chunk: Buffer
  readonly isEndless?: boolean
}

/** Gives the status, or how the connection ended. */
const send = (port: number, { headers = {}, chunk, isEndless = false }: Hook): Promise<number | string> =>
  new Promise((resolve) => {
    const options = { port, path: '/webhook', method: 'POST', headers, host: '127.0.0.1', agent: false }
    const outgoing = request(options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message))
    const more = (): void => {
      while (!outgoing.destroyed && outgoing.write(chunk));
      if (!outgoing.destroyed) outgoing.once('drain', more)
    }
    if (isEndless) more()
    else outgoing.end(chunk)
  })

const signed = (body: Buffer): Record<string, string> => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
})

test('a body without end is read no further than a forge would send, and takes no memory', async (t) => {
  const { port, looks } = await serve(t)
  const chunk = Buffer.alloc(1 << 20)
  const before = process.memoryUsage.rss()
  const answer = await send(port, { headers: { 'x-gitlab-token': secret }, chunk, isEndless: true })
  assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(answer), String(answer))
  assert.ok(process.memoryUsage.rss() - before < 100 << 20)
  assert.equal(looks.count, 0)
})

test('whoever says that the body is huge, or does not sign it, is not listened to', async (t) => {
  const { port, looks } = await serve(t)
  const headers = { 'content-length': String(100 << 20), 'x-gitlab-token': secret }
  assert.equal(await send(port, { headers, chunk: Buffer.alloc(1), isEndless: true }), 413)
  assert.ok(
    [401, 'EPIPE', 'ECONNRESET'].includes(
      await send(port, { chunk: Buffer.alloc(1 << 20), isEndless: true }),
    ),
  )
  assert.equal(looks.count, 0)
})

test('the same genuine hook sent without end means "look" at most as often as hooks may come', async (t) => {
  const { port, looks } = await serve(t)
  const chunk = Buffer.from('{"ref":"refs/heads/main"}')
  const headers = signed(chunk)
  const answers = await Promise.all(Array.from({ length: 200 }, () => send(port, { headers, chunk })))
  assert.ok(answers.includes(202))
  assert.ok(looks.count <= 60 + 30, `${looks.count} looks`)
})

test('a signature of another body, another secret or another length is none', async (t) => {
  const { port, looks } = await serve(t)
  const chunk = Buffer.from('{}')
  const right = signed(chunk)['x-hub-signature-256']!
  const forged = [
    signed(Buffer.from('{ }')),
    { 'x-hub-signature-256': right.slice(0, -1) },
    { 'x-hub-signature-256': `${right}0` },
    { 'x-hub-signature-256': '' },
    { 'x-hub-signature-256': 'sha256=' },
    { 'x-gitlab-token': '' },
    { 'x-gitlab-token': secret.slice(0, -1) },
    { 'x-gitea-signature': secret },
  ]
  for (const headers of forged) assert.equal(await send(port, { headers, chunk }), 401)
  assert.equal(looks.count, 0)
  assert.equal(await send(port, { headers: signed(chunk), chunk }), 202)
})
