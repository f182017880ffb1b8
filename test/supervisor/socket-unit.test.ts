import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled } from '../support/fake-clock.ts'
import { byCommit, byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'
import { service } from '../support/trees.ts'

const files = { 'web.socket': '[Socket]\nListenStream=80\n', 'web.service': service() }

async function listening(more: Readonly<Record<string, string>> = {}): Promise<FakeSupervisedHost> {
  const host = new FakeSupervisedHost()
  host.define({ ...files, ...more })
  assert.deepEqual(await host.supervisor.start('web.socket', byCommit), { kind: 'ready' })
  await settled()
  return host
}

test('a socket starts its service when somebody comes, and hands it its files', async () => {
  const host = await listening()
  assert.equal(host.state('web.socket'), 'listening')
  host.sockets.come()
  await settled()
  assert.equal(host.state('web.socket'), 'running')
  const [launch] = host.executor.launches
  assert.deepEqual(launch?.listenFds, [40])
  assert.deepEqual(launch?.command.pidVariables, ['LISTEN_PID'])
  assert.equal(launch?.command.environment['LISTEN_FDS'], '1')
  assert.equal(launch?.command.environment['LISTEN_FDNAMES'], 'web.socket')
})

test('a service that is started by hand has its sockets too, and one without sockets has none', async () => {
  const host = await listening({ 'other.service': service() })
  await host.supervisor.start('web.service', byRoot)
  await host.supervisor.start('other.service', byRoot)
  assert.equal(host.state('web.socket'), 'running')
  assert.deepEqual(
    host.executor.launches.map(({ listenFds }) => listenFds),
    [[40], undefined],
  )
})

test('the next daemon takes the sockets over, and hears of whoever waits', async () => {
  const host = await listening()
  host.replaceDaemon()
  host.define(files)
  host.sockets.come()
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.sockets.opened, 1)
  assert.equal(host.sockets.recovered, 1)
  assert.equal(host.executor.launches.length, 1)
})

test('sockets that can not be taken over are a failure with its reason, and a restart makes them anew', async () => {
  const host = await listening()
  host.replaceDaemon()
  host.define(files)
  host.sockets.failNext = new Error('the process that held them is gone')
  await host.supervisor.adopt()
  assert.equal(host.state('web.socket'), 'failed')
  assert.match(host.supervisor.status('web.socket')?.reason ?? '', /could not be taken over: the process/)
  await host.supervisor.restart('web.socket', byRoot)
  assert.equal(host.state('web.socket'), 'listening')
})

test('after a reboot a socket waits to be started', async () => {
  const host = await listening()
  host.bootMark = 'boot 2'
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  assert.equal(host.state('web.socket'), 'dead')
  assert.equal(host.sockets.recovered, 0)
})

test('a held service is not started; whoever waits is looked at again a second later', async () => {
  const host = await listening()
  host.held.add('web.service')
  host.sockets.come()
  await settled()
  assert.equal(host.state('web.socket'), 'listening')
  assert.match(host.supervisor.status('web.socket')?.reason ?? '', /held/)
  host.held.clear()
  await host.clock.advance(1000)
  assert.equal(host.executor.launches.length, 1)
})

test('a service that gives up closes its socket, and the socket says so', async () => {
  const host = await listening()
  host.define({ ...files, 'web.service': `[Unit]\nStartLimitBurst=2\n${service()}` })
  host.sockets.come()
  for (let run = 0; run < 3; run += 1) {
    await host.clock.advance(100)
    if (host.state('web.service') === 'running') host.executor.exit('web.service', 1)
  }
  await settled()
  const socket = host.supervisor.status('web.socket')
  assert.equal(socket?.result, 'service-start-limit-hit')
  assert.equal(host.sockets.closed, 1)
})

test('FlushPending= drops what waits when the service has ended', async () => {
  const host = await listening({ 'web.socket': '[Socket]\nListenStream=80\nFlushPending=yes\n' })
  host.sockets.come()
  await settled()
  host.executor.exit('web.service', 0)
  await settled()
  assert.equal(host.sockets.flushed, 1)
  assert.equal(host.executor.launches.length, 1)
})

test('a restart of a socket that is to stay as it is keeps it open', async () => {
  const host = await listening()
  await host.supervisor.restart('web.socket', byRoot)
  assert.deepEqual([host.sockets.opened, host.sockets.closed], [1, 0])
  host.define({ ...files, 'web.socket': '[Socket]\nListenStream=81\n' })
  await host.supervisor.restart('web.socket', byRoot)
  assert.deepEqual([host.sockets.opened, host.sockets.closed], [2, 1])
})

test('Accept=yes is refused with a sentence', async () => {
  const host = new FakeSupervisedHost()
  host.define({ ...files, 'web.socket': '[Socket]\nListenStream=80\nAccept=yes\n' })
  const outcome = await host.supervisor.start('web.socket', byRoot)
  assert.match(outcome.kind === 'failed' ? outcome.reason : '', /Accept=yes is not supported/)
})
