/** A webhook says "look now": genuine ones are heard at once, all others are refused and change nothing. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { Sandbox } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const secret = 'between us'
const body = JSON.stringify({ ref: 'refs/heads/main' })
const signature = createHmac('sha256', secret).update(body).digest('hex')

const setUp = async (t: TestContext) => {
  const prefix = temporaryDirectory(t)
  const upstream = new Upstream(prefix)
  upstream.push({ 'web.service': staying('1') }, 'first')
  const secretFile = join(prefix, 'secret')
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 })
  const port = await freePort()
  const sandbox = new Sandbox({
    settings: {
      REMOTE: `file://${upstream.bare}`,
      REMOTE_POLL_INTERVAL: '1h',
      WEBHOOK_LISTEN: `127.0.0.1:${port}`,
      WEBHOOK_SECRET_FILE: secretFile,
    },
  })
  t.after(() => sandbox.end())
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  return { upstream, sandbox, port }
}

const hook = (
  port: number,
  headers: Record<string, string>,
  { method = 'POST', path = '/webhook' } = {},
): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method, headers, host: '127.0.0.1', agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', reject)
    outgoing.end(method === 'POST' ? body : undefined)
  })

const kinds: Readonly<Record<string, Record<string, string>>> = {
  GitHub: { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${signature}` },
  GitLab: { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret },
  Gitea: { 'x-gitea-event': 'push', 'x-gitea-signature': signature },
}

test('a push that GitHub, GitLab or Gitea announces is applied without a poll', async (t) => {
  const { upstream, sandbox, port } = await setUp(t)
  for (const [name, headers] of Object.entries(kinds)) {
    const sha = upstream.push({ 'web.service': staying(name) }, name)
    assert.equal(await hook(port, headers), 202)
    await sandbox.until((status) => status.revision?.sha === sha && status.sync === 'Synced')
  }
})

test('a hook of somebody who does not know the secret is refused, and nothing is looked at', async (t) => {
  const { upstream, sandbox, port } = await setUp(t)
  const { seenAtMs } = (await sandbox.status()).repository.remote!
  upstream.push({ 'web.service': staying('2') })
  assert.equal(await hook(port, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }), 401)
  assert.equal(await hook(port, { 'x-gitlab-token': 'guess' }), 401)
  assert.equal(await hook(port, {}), 401)
  assert.equal(await hook(port, {}, { path: '/v1/status' }), 404)
  assert.equal(await hook(port, {}, { method: 'GET' }), 405)
  assert.equal((await sandbox.status()).repository.remote?.seenAtMs, seenAtMs)
  assert.doesNotMatch(sandbox.daemonOutput, /between us|guess/)
})

test('whoever sends hooks without end is told to wait', async (t) => {
  const { port, sandbox } = await setUp(t)
  const answers = await Promise.all(Array.from({ length: 50 }, () => hook(port, {})))
  const more = await Promise.all(Array.from({ length: 50 }, () => hook(port, {})))
  assert.ok([...answers, ...more].includes(429))
  assert.equal((await sandbox.status()).sync, 'Synced')
})

test('a daemon that is to hear webhooks without a secret does not start', async (t) => {
  const { sandbox } = await setUp(t)
  await sandbox.kill('SIGTERM')
  const secretFile = sandbox.env['GITPROC_WEBHOOK_SECRET_FILE']
  sandbox.env['GITPROC_WEBHOOK_SECRET_FILE'] = ''
  const refused = await sandbox.gitproc('daemon')
  assert.equal(refused.status, 64)
  assert.match(refused.stderr, /webhook_secret_file/)
  sandbox.env['GITPROC_WEBHOOK_SECRET_FILE'] = secretFile
  await sandbox.start() // somebody has to end the service
})
