import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
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

const acceptFiles = {
  'echo.socket': '[Socket]\nListenStream=7\nAccept=yes\nMaxConnections=3\nMaxConnectionsPerSource=2\n',
  'echo@.service': service('StandardInput=socket\nEnvironment=ME=%i'),
}
const from = (address: string, port: number) => ({
  fd: openSync('/dev/null', 'r'),
  local: { kind: 'internet', address: '127.0.0.1', port: 7 } as const,
  remote: { kind: 'internet', address, port } as const,
})

async function accepting(): Promise<FakeSupervisedHost> {
  const host = new FakeSupervisedHost()
  host.define(acceptFiles)
  assert.deepEqual(await host.supervisor.start('echo.socket', byCommit), { kind: 'ready' })
  return host
}

const come = async (host: FakeSupervisedHost, ...connections: readonly ReturnType<typeof from>[]) => {
  host.sockets.connections.push(...connections)
  host.sockets.come()
  for (let round = 0; round < 3; round += 1) await settled()
}

const connectionsOf = (host: FakeSupervisedHost) =>
  host.supervisor
    .statuses()
    .map(({ name }) => name)
    .filter((name) => /@\d/.test(name))

test('Accept=yes: each connection has an instance of the template, and gets its socket', async () => {
  const host = await accepting()
  await come(host, from('10.0.0.1', 50_000), from('10.0.0.2', 50_001))
  const first = 'echo@1-127.0.0.1:7-10.0.0.1:50000.service'
  assert.deepEqual(connectionsOf(host), [first, 'echo@2-127.0.0.1:7-10.0.0.2:50001.service'])
  assert.equal(host.state('echo.socket'), 'listening')
  assert.match(host.supervisor.status('echo.socket')?.reason ?? '', /2 connections, 2 so far/)
  const { environment } = host.executor.launches[0]!.command
  assert.deepEqual(
    [environment['REMOTE_ADDR'], environment['REMOTE_PORT'], environment['ME'], environment['LISTEN_FDS']],
    ['10.0.0.1', '50000', '1-127.0.0.1:7-10.0.0.1:50000', undefined],
  )
  assert.deepEqual(host.executor.launches[0]!.streams.stdin, { kind: 'socket' })
  host.executor.exit(first, 0)
  await settled()
  await settled()
  assert.deepEqual(connectionsOf(host), ['echo@2-127.0.0.1:7-10.0.0.2:50001.service'])
  assert.equal(host.saved.has(first), false)
})

test('MaxConnections= and MaxConnectionsPerSource= refuse those that are too many', async () => {
  const host = await accepting()
  await come(host, from('10.0.0.1', 1), from('10.0.0.1', 2), from('10.0.0.1', 3))
  assert.equal(connectionsOf(host).length, 2)
  await come(host, from('10.0.0.2', 1), from('10.0.0.3', 1))
  assert.equal(connectionsOf(host).length, 3)
  const said = host.log.lines.filter(({ message }) => message === 'a connection was not taken')
  assert.deepEqual(
    said.map(({ fields }) => fields['why']),
    ['there are 2 from 10.0.0.1 (MaxConnectionsPerSource=)', 'there are 3 (MaxConnections=)'],
  )
})

test('Accept=yes: the next daemon goes on with the connections, and numbers the new ones on', async () => {
  const host = await accepting()
  await come(host, from('10.0.0.1', 50_000), from('10.0.0.1', 50_001))
  const [first, second] = connectionsOf(host)
  host.replaceDaemon()
  host.executor.exit(second!, 0)
  host.define(acceptFiles)
  await host.supervisor.adopt()
  await settled()
  await settled()
  assert.deepEqual(connectionsOf(host), [first])
  assert.equal(host.state(first!), 'running')
  await come(host, from('10.0.0.1', 50_002), from('10.0.0.1', 50_003))
  assert.deepEqual(connectionsOf(host), [first, 'echo@3-127.0.0.1:7-10.0.0.1:50002.service'])
})

test('Accept=yes without a template is refused with a sentence', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'echo.socket': acceptFiles['echo.socket'] })
  const outcome = await host.supervisor.start('echo.socket', byCommit)
  assert.match(
    outcome.kind === 'failed' ? outcome.reason : '',
    /no template echo@\.service for its connections/,
  )
})

test('Sockets= gives a service sockets of other names, beside its own', async () => {
  const host = await listening({
    'extra.socket': '[Socket]\nListenStream=81\nService=web.service\n',
    'admin.socket': '[Socket]\nListenStream=82\n',
    'admin.service': service('Sockets=web.socket'),
  })
  for (const name of ['extra.socket', 'admin.socket']) await host.supervisor.start(name, byCommit)
  await host.supervisor.start('admin.service', byRoot)
  const { command, listenFds } = host.executor.launches.at(-1)!
  assert.equal(command.environment['LISTEN_FDNAMES'], 'admin.socket:web.socket')
  assert.equal(listenFds?.length, 2)
  await host.supervisor.start('web.service', byRoot)
  assert.equal(
    host.executor.launches.at(-1)!.command.environment['LISTEN_FDNAMES'],
    'extra.socket:web.socket',
  )
})

test('a service that is started by hand starts the sockets that its Sockets= names', async () => {
  const host = new FakeSupervisedHost()
  host.define({ ...files, 'admin.service': service('Sockets=web.socket') })
  await host.supervisor.start('admin.service', byRoot)
  assert.equal(host.state('web.socket'), 'listening')
  assert.deepEqual(host.executor.launches.at(-1)?.listenFds, [40])
})
