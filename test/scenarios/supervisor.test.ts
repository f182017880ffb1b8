import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { byRoot, superviseIn } from '../support/host-supervisor.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { untilSo } from '../support/until-so.ts'

const sh = (script: string, extra = ''): string => `[Service]\nExecStart=/bin/sh -c '${script}'\n${extra}\n`

test('a unit file becomes a process, and a stop ends it', async (context) => {
  const host = await superviseIn(temporaryDirectory(context))
  context.after(() => host.end())
  host.define({ 'web.service': sh('exec sleep 1000', 'ExecStartPre=/bin/echo hello') })
  assert.deepEqual(await host.supervisor.start('web.service', byRoot), { kind: 'ready' })
  const pid = host.supervisor.status('web.service')?.mainPid
  assert.ok(pid)
  assert.deepEqual(await host.supervisor.stop('web.service', byRoot), { kind: 'done' })
  assert.throws(() => process.kill(pid, 0))
  assert.equal(host.supervisor.status('web.service')?.subState, 'dead')
  assert.match(host.output('web.service'), /hello/)
})

test('a stop at any moment of a start ends it at once: no signal is lost', async (context) => {
  const host = await superviseIn(temporaryDirectory(context))
  context.after(() => host.end())
  host.define({ 'web.service': sh('exec sleep 1000', 'TimeoutStopSec=20s') })
  for (let round = 0; round < 40; round += 1) {
    const started = host.supervisor.start('web.service', byRoot)
    if (round % 2 === 0) await started
    const asked = performance.now()
    assert.deepEqual(await host.supervisor.stop('web.service', byRoot), { kind: 'done' })
    assert.ok(performance.now() - asked < 10_000, `round ${round} waited for a time-out`)
    assert.equal(host.supervisor.status('web.service')?.activeState, 'inactive')
  }
})

test('a service that crashes is started again at once where RestartSec=0', async (context) => {
  const host = await superviseIn(temporaryDirectory(context))
  context.after(() => host.end())
  host.define({ 'web.service': sh('exec sleep 1000', 'Restart=always\nRestartSec=0\nStartLimitBurst=100') })
  await host.supervisor.start('web.service', byRoot)
  const pid = host.supervisor.status('web.service')!.mainPid!
  process.kill(pid, 'SIGKILL')
  await host.until('web.service', 'auto-restart')
  await host.until('web.service', 'running')
  const status = host.supervisor.status('web.service')!
  assert.notEqual(status.mainPid, pid)
  assert.equal(status.restarts, 1)
  assert.deepEqual(status.lastExit?.exit, { kind: 'killed', signal: 'SIGKILL', dumpedCore: false })
})

test('all commands run in order, and ExecStopPost= is told how it ended', async (context) => {
  const directory = temporaryDirectory(context)
  const host = await superviseIn(directory)
  context.after(() => host.end())
  const say = (word: string) => `/bin/sh -c 'echo ${word} >>${directory}/said'`
  host.define({
    'job.service': `[Service]\nType=oneshot\nExecStartPre=${say('pre')}\nExecStart=${say('one')}\nExecStart=${say('two')}
ExecStart=/bin/sh -c 'exit 3'\nExecStopPost=${say('$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS')}\n`,
  })
  const outcome = await host.supervisor.start('job.service', byRoot)
  assert.equal(outcome.kind, 'failed')
  assert.deepEqual(readFileSync(join(directory, 'said'), 'utf8').trim().split('\n'), [
    'pre',
    'one',
    'two',
    'exit-code exited 3',
  ])
  assert.equal(host.supervisor.status('job.service')?.result, 'exit-code')
})

const notifier = `import os, signal, socket, time
def say(text):
    there = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    there.connect(os.environ["NOTIFY_SOCKET"])
    there.send(text)
signal.signal(signal.SIGHUP, lambda *_: say(b"STATUS=reloaded"))
time.sleep(0.2)
say(b"READY=1\\nSTATUS=up")
while True: time.sleep(100)
`

for (const privatePids of ['no', 'auto'] as const) {
  test(`Type=notify is ready when it says so, and reloads by $MAINPID (private_pids = ${privatePids})`, async (context) => {
    const directory = temporaryDirectory(context)
    const host = await superviseIn(directory, privatePids)
    context.after(() => host.end())
    writeFileSync(join(directory, 'n.py'), notifier)
    host.define({
      'n.service': `[Service]\nType=notify\nExecStart=/usr/bin/python3 ${directory}/n.py\nExecReload=/bin/kill -HUP $MAINPID\n`,
    })
    assert.deepEqual(await host.supervisor.start('n.service', byRoot), { kind: 'ready' })
    assert.equal(host.supervisor.status('n.service')?.statusText, 'up')
    assert.deepEqual(await host.supervisor.reload('n.service', byRoot), { kind: 'ready' })
    await host.untilStatus('n.service', (status) => status.statusText === 'reloaded')
  })
}

test('Type=forking with a PID file knows the daemon that was left behind, and stops it', async (context) => {
  const directory = temporaryDirectory(context)
  const host = await superviseIn(directory)
  context.after(() => host.end())
  host.define({
    'f.service': `[Service]\nType=forking\nPIDFile=${directory}/f.pid
ExecStart=/bin/sh -c 'sleep 1000 & echo $$! >${directory}/f.pid'\n`,
  })
  assert.deepEqual(await host.supervisor.start('f.service', byRoot), { kind: 'ready' })
  const pid = Number(readFileSync(join(directory, 'f.pid'), 'utf8'))
  assert.equal(host.supervisor.status('f.service')?.mainPid, pid)
  await host.supervisor.stop('f.service', byRoot)
  assert.equal(isAlive(pid), false)
})

test('a health check gates the start and restarts a service that went bad', async (context) => {
  const directory = temporaryDirectory(context)
  const host = await superviseIn(directory)
  let status = 503
  const server = createServer((_request, answer) => {
    answer.statusCode = status
    answer.end()
  }).listen(0)
  context.after(async () => {
    server.close()
    await host.end()
  })
  const { port } = server.address() as { port: number }
  const health = `HealthCheckURL=http://127.0.0.1:${port}/\nHealthCheckInterval=100ms\nHealthCheckRetries=2\nHealthCheckStartPeriod=30s`
  host.define({ 'web.service': sh('exec sleep 1000', `${health}\nRestartSec=0`) })
  const started = host.supervisor.start('web.service', byRoot)
  await host.until('web.service', 'running')
  assert.equal(host.supervisor.status('web.service')?.health.state, 'starting')
  status = 200
  assert.deepEqual(await started, { kind: 'ready' })
  assert.equal(host.supervisor.status('web.service')?.health.state, 'healthy')
  const pid = host.supervisor.status('web.service')?.mainPid
  status = 500
  await host.until('web.service', 'auto-restart')
  status = 200
  await host.until('web.service', 'running')
  assert.notEqual(host.supervisor.status('web.service')?.mainPid, pid)
})

test('a program that is not there is 203/EXEC, and the start says so', async (context) => {
  const host = await superviseIn(temporaryDirectory(context))
  context.after(() => host.end())
  const { supervisor } = host
  host.define({ 'bad.service': '[Service]\nExecStart=/nonexistent/program\nType=exec\n' })
  const outcome = await supervisor.start('bad.service', byRoot)
  assert.equal(outcome.kind, 'failed')
  assert.match(supervisor.status('bad.service')?.reason ?? '', /203\/EXEC/)
})

test('a new daemon goes on with the same pids, and honours what happened meanwhile', async (context) => {
  const directory = temporaryDirectory(context)
  const files = {
    'stays.service': sh('exec sleep 1000'),
    'dies.service': sh(
      `while [ ! -e ${directory}/die ]; do sleep 0.05; done; exit 7`,
      'Restart=on-failure\nRestartSec=0',
    ),
  }
  const first = await superviseIn(directory)
  first.define(files)
  await first.supervisor.start('stays.service', byRoot)
  await first.supervisor.start('dies.service', byRoot)
  const before = first.supervisor.status('stays.service')
  const dying = first.supervisor.status('dies.service')?.mainPid ?? 0
  await first.close()
  writeFileSync(join(directory, 'die'), '')
  await untilSo(() => !isAlive(dying))
  const second = await superviseIn(directory)
  context.after(() => second.end())
  second.define({ ...files, 'dies.service': sh('exec sleep 1000', 'Restart=on-failure\nRestartSec=0') })
  await second.supervisor.adopt()
  assert.equal(second.supervisor.status('stays.service')?.mainPid, before?.mainPid)
  assert.equal(second.supervisor.status('stays.service')?.invocationId, before?.invocationId)
  await second.until('dies.service', 'running')
  const after = second.supervisor.status('dies.service')
  assert.deepEqual(after?.lastExit?.exit, { kind: 'exited', code: 7 })
  assert.equal(after?.restarts, 1)
})

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')
  } catch {
    return false
  }
}
