/** From a webhook to a new main process: git-http-backend behind nginx, TLS and a password, all on this machine. */
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { GitHttpsServer, missingForHttps } from '../test/support/git-https-server.ts'
import { Sandbox } from '../test/support/sandbox.ts'
import { Upstream } from '../test/support/upstream.ts'
import { inert, lines, stamping } from './deploy.ts'
import { type Measurement, median, quantile } from './measure.ts'

const runs = 25
const secret = 'bench'

export const measureWebhook = async (count: number): Promise<readonly Measurement[]> => {
  const missing = missingForHttps()
  if (missing !== undefined) {
    console.log(`webhook: ${missing} is not installed`)
    return []
  }
  const port = await freePort()
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const stamps = join(sandbox.prefix, 'stamps')
  const upstream = new Upstream(sandbox.prefix)
  const server = new GitHttpsServer(sandbox.prefix, upstream.projects)
  try {
    await server.start()
    upstream.push({ ...inert(count), 'web.service': stamping(stamps, 'first') })
    configure(sandbox, server, port)
    await sandbox.start()
    await sandbox.until((status) => status.sync === 'Synced')
    const latencies: number[] = []
    for (let run = 0; run < runs; run++) {
      const before = lines(stamps).length
      upstream.push({ 'web.service': stamping(stamps, `run${run}`) })
      const sentMs = performance.timeOrigin + performance.now()
      await hook(port)
      await sandbox.until((status) => lines(stamps).length > before && status.sync === 'Synced')
      latencies.push(Number(lines(stamps).at(-1)) * 1000 - sentMs)
    }
    const what = `webhook → new main process over https, ${count} units`
    return [
      { what: `${what}, p50`, value: median(latencies), unit: 'ms' },
      { what: `${what}, p99`, value: quantile(latencies, 0.99), unit: 'ms', note: `${runs} pushes` },
    ]
  } finally {
    await sandbox.end()
    await server.end()
  }
}

const configure = (sandbox: Sandbox, server: GitHttpsServer, port: number): void => {
  const settings = {
    REMOTE: server.url('shop.git'),
    REMOTE_USER: 'ada',
    REMOTE_PASSWORD_FILE: join(sandbox.prefix, 'password'),
    REMOTE_CA_FILE: server.caFile,
    REMOTE_POLL_INTERVAL: '1h',
    WEBHOOK_LISTEN: `127.0.0.1:${port}`,
    WEBHOOK_SECRET_FILE: join(sandbox.prefix, 'secret'),
  }
  writeFileSync(settings.REMOTE_PASSWORD_FILE, server.door.password, { mode: 0o600 })
  writeFileSync(settings.WEBHOOK_SECRET_FILE, secret, { mode: 0o600 })
  for (const [key, value] of Object.entries(settings)) sandbox.env[`GITPROC_${key}`] = value
}

const hook = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const body = '{}'
    const signature = createHmac('sha256', secret).update(body).digest('hex')
    const headers = { 'x-hub-signature-256': `sha256=${signature}` }
    const options = { host: '127.0.0.1', port, path: '/webhook', method: 'POST', headers, agent: false }
    const outgoing = request(options, (response) => {
      response.resume()
      if (response.statusCode === 202) resolve()
      else reject(new Error(`the webhook was answered with ${response.statusCode}`))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
