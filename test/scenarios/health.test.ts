/** Health checks of real services by a real daemon: over unix sockets, by their bodies, and what comes of an unhealthy one. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

/** Answers with the first line of a file, over a unix socket. */
const program = `import http.server, os, socketserver, sys
path, words = sys.argv[1], sys.argv[2]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open(words, "rb").read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def address_string(self): return "unix"
    def log_message(self, *_): pass
class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    def get_request(self):
        return self.socket.accept()[0], ("unix", 0)
if os.path.exists(path): os.remove(path)
Server(path, Handler).serve_forever()
`

const prepare = async (
  context: TestContext,
): Promise<{ sandbox: Sandbox; say: (words: string) => void; unit: string }> => {
  const sandbox = new Sandbox({ settings: { SETTLE: '300ms' } })
  context.after(() => sandbox.end())
  const at = (name: string): string => join(sandbox.prefix, name)
  writeFileSync(at('serve.py'), program)
  const say = (words: string): void => writeFileSync(at('words'), words)
  say('all is well')
  await sandbox.init()
  await sandbox.start()
  const unit = `[Service]
ExecStart=/usr/bin/python3 ${at('serve.py')} ${at('app.sock')} ${at('words')}
HealthCheckURL=http+unix://${at('app.sock')}:/health
HealthCheckInterval=100ms
HealthCheckRetries=2
HealthCheckStartPeriod=20s
HealthCheckExpectedBody=/is\\s+well$/
RestartSec=0
`
  return { sandbox, say, unit }
}

test('a service is asked over its unix socket, and its answer is read', async (context) => {
  const { sandbox, say, unit } = await prepare(context)
  const status = await sandbox.deploy({ 'web.service': unit })
  assert.equal(status.health, 'Healthy', sandbox.daemonOutput)
  const { mainPid, health } = await sandbox.unit('web.service')
  assert.deepEqual([health.state, health.detail], ['healthy', '200'])
  say('nothing works')
  await sandbox.until(({ units }) => units[0]!.restarts === 1)
  say('all is well')
  await sandbox.until(({ units }) => units[0]!.health.state === 'healthy')
  const after = await sandbox.unit('web.service')
  assert.notEqual(after.mainPid, mainPid)
  assert.match((await sandbox.gitproc('logs', 'web')).stdout, /health check failed: 200, but its body/)
})

test('HealthCheckAction=none: an unhealthy service runs on, marked, and is healthy again by HealthCheckSuccesses=', async (context) => {
  const { sandbox, say, unit } = await prepare(context)
  await sandbox.deploy({ 'web.service': `${unit}HealthCheckAction=none\nHealthCheckSuccesses=3\n` })
  const { mainPid } = await sandbox.unit('web.service')
  say('nothing works')
  const sick = await sandbox.until(({ units }) => units[0]!.health.state === 'unhealthy')
  assert.equal(sick.health, 'Degraded')
  say('all is well')
  await sandbox.until(({ units }) => units[0]!.health.state === 'healthy')
  assert.equal((await sandbox.unit('web.service')).mainPid, mainPid)
})

test('HealthCheckAction=stop: an unhealthy service ends as failed, its health the result', async (context) => {
  const { sandbox, say, unit } = await prepare(context)
  await sandbox.deploy({ 'web.service': `${unit}Restart=always\nHealthCheckAction=stop\n` })
  say('nothing works')
  const failed = await sandbox.reaches('web.service', 'failed')
  assert.equal(failed.result, 'health')
})

test('HealthCheckAction=rollback: a commit that turns sick is taken back at once, its pid its last', async (context) => {
  const { sandbox, say, unit } = await prepare(context)
  await sandbox.deploy({ 'web.service': unit })
  const sick = unit
    .replace('is\\s+well$', 'is better$')
    .replace('HealthCheckStartPeriod=20s', 'HealthCheckStartPeriod=0')
  const status = await sandbox.deploy({
    'web.service': `${sick}Environment=NEW=1\nRestart=always\nHealthCheckAction=rollback\n`,
  })
  assert.equal(status.syncReason, 'RolledBack', sandbox.daemonOutput)
  assert.equal(status.health, 'Healthy')
  assert.equal((await sandbox.unit('web.service')).restarts, 0)
  const { stdout } = await sandbox.gitproc('history')
  assert.match(stdout, /RolledBack/)
  say('all is well')
})

test('HealthCheckAction=rollback: long after its deployment an unhealthy service is started anew', async (context) => {
  const { sandbox, say, unit } = await prepare(context)
  await sandbox.deploy({ 'web.service': `${unit}HealthCheckAction=rollback\n` })
  say('nothing works')
  await sandbox.until(({ units }) => units[0]!.restarts === 1)
})
