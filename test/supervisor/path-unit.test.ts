import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled } from '../support/fake-clock.ts'
import { byCommit, byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'

const job = '[Unit]\nStartLimitBurst=0\n[Service]\nType=oneshot\nExecStart=/bin/true\n'
const files = { 'job.path': '[Path]\nPathChanged=/srv/in\nTriggerLimitBurst=3\n', 'job.service': job }

async function watching(): Promise<FakeSupervisedHost> {
  const host = new FakeSupervisedHost()
  host.define(files)
  assert.deepEqual(await host.supervisor.start('job.path', byCommit), { kind: 'ready' })
  await settled()
  return host
}

async function ended(host: FakeSupervisedHost): Promise<void> {
  host.executor.exit('job.service', 0)
  await settled()
}

test('a change starts the unit, and one while it runs starts no second one', async () => {
  const host = await watching()
  assert.equal(host.state('job.path'), 'waiting')
  host.paths.change()
  await settled()
  assert.equal(host.state('job.path'), 'running')
  host.paths.change()
  await settled()
  await ended(host)
  assert.equal(host.executor.launches.length, 1)
  assert.equal(host.state('job.path'), 'waiting')
})

test('a change nearby starts nothing', async () => {
  const host = await watching()
  host.paths.change(false)
  await settled()
  assert.equal(host.executor.launches.length, 0)
})

test('what is there already starts the unit at once, and again as long as it is there, up to the limit', async () => {
  const host = new FakeSupervisedHost()
  host.define(files)
  host.paths.isThere = true
  await host.supervisor.start('job.path', byCommit)
  await settled()
  for (let run = 0; run < 3; run += 1) await ended(host)
  assert.equal(host.executor.launches.length, 3)
  const status = host.supervisor.status('job.path')
  assert.equal(status?.result, 'trigger-limit-hit')
  assert.match(status?.reason ?? '', /3 starts in 2 s: gave up/)
})

test('a change while there is no daemon is seen by the next one', async () => {
  const host = await watching()
  host.replaceDaemon()
  host.paths.version += 1
  host.define(files)
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.executor.launches.length, 1)
})

test('nothing that changed means nothing that starts, also with a new daemon', async () => {
  const host = await watching()
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.executor.launches.length, 0)
  assert.equal(host.state('job.path'), 'waiting')
})

test('a held unit is looked at again a second later, and a stopped path starts nothing', async () => {
  const host = await watching()
  host.held.add('job.service')
  host.paths.isThere = true
  host.paths.change()
  await settled()
  assert.equal(host.state('job.path'), 'waiting')
  host.held.clear()
  await host.clock.advance(1000)
  assert.equal(host.executor.launches.length, 1)
  await host.supervisor.stop('job.path', byRoot)
  await ended(host)
  host.paths.change()
  await settled()
  assert.equal(host.executor.launches.length, 1)
})
