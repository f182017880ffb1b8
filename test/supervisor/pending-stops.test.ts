import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { settled } from '../support/fake-clock.ts'
import { byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'
import { service } from '../support/trees.ts'

const always = 'Restart=always\nRestartSec=0'

describe('a stop that waits for those who need the unit', () => {
  test('is not outrun by Restart= when the unit ends by itself meanwhile', async () => {
    const host = new FakeSupervisedHost()
    host.define({
      'base.service': service(always),
      'user.service': service('TimeoutStopSec=60', 'Requires=base.service\nAfter=base.service'),
    })
    await host.supervisor.start('user.service', byRoot)
    host.executor.stubborn.add('user.service')
    const stop = host.supervisor.stop('base.service', byRoot)
    await settled()
    host.executor.exit('base.service', 1)
    await host.clock.advance(1000)
    assert.equal(host.state('base.service'), 'dead')
    host.executor.exit('user.service', 0)
    assert.deepEqual(await stop, { kind: 'done' })
    assert.equal(host.executor.launches.filter(({ unit }) => unit === 'base.service').length, 1)
  })

  test('ends a wait for the next start at once', async () => {
    const host = new FakeSupervisedHost()
    host.define({
      'base.service': service('Restart=always\nRestartSec=10'),
      'user.service': service('TimeoutStopSec=60', 'PartOf=base.service\nAfter=base.service'),
    })
    await host.supervisor.start('base.service', byRoot)
    await host.supervisor.start('user.service', byRoot)
    host.executor.stubborn.add('user.service')
    host.executor.exit('base.service', 1)
    await settled()
    assert.equal(host.state('base.service'), 'auto-restart')
    void host.supervisor.stop('base.service', byRoot)
    await settled()
    assert.equal(host.state('base.service'), 'dead')
  })
})

test('a restart that waits for others gives way to a stop that comes meanwhile', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'base.service': service(),
    'user.service': service('TimeoutStopSec=60', 'PartOf=base.service\nAfter=base.service'),
  })
  await host.supervisor.start('base.service', byRoot)
  await host.supervisor.start('user.service', byRoot)
  host.executor.stubborn.add('user.service')
  const restart = host.supervisor.restart('base.service', byRoot)
  await settled()
  host.held.add('base.service')
  const stop = host.supervisor.stop('base.service', byRoot)
  await settled()
  host.executor.exit('user.service', 0)
  assert.deepEqual(await stop, { kind: 'done' })
  assert.deepEqual(await restart, { kind: 'superseded' })
  assert.equal(host.state('base.service'), 'dead')
})

describe('a daemon that comes after a crash', () => {
  test('launches the next command once, though the one before ended while there was no daemon', async () => {
    const host = new FakeSupervisedHost()
    const files = { 'job.service': '[Service]\nType=oneshot\nExecStart=/bin/first\nExecStart=/bin/second\n' }
    host.define(files)
    void host.supervisor.start('job.service', byRoot)
    await settled()
    host.supervisor.close()
    host.executor.exit('job.service', 0)
    host.replaceDaemon()
    host.define(files)
    await host.supervisor.adopt()
    await settled()
    assert.deepEqual(
      host.executor.launches.map(({ role }) => role),
      ['main', 'main.1'],
    )
  })
})

test('a restart by Restart= is of the revision whose definition it is started from', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'web.service': service(always) }, 'a'.repeat(40))
  await host.supervisor.start('web.service', byRoot)
  host.define({ 'web.service': service(`${always}\nUMask=077`) }, 'b'.repeat(40))
  host.executor.exit('web.service', 1)
  await host.clock.advance(10)
  assert.equal(host.executor.launches.at(-1)?.identity.umask, 0o77)
  assert.equal(host.supervisor.status('web.service')?.revision, 'b'.repeat(40))
})

test('a unit that a commit removes while a walk waits for others harms nobody', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'base.service': service(),
    'user.service': service('TimeoutStopSec=60', 'PartOf=base.service\nAfter=base.service'),
  })
  await host.supervisor.start('base.service', byRoot)
  await host.supervisor.start('user.service', byRoot)
  host.executor.stubborn.add('user.service')
  const stop = host.supervisor.stop('base.service', byRoot)
  await settled()
  host.supervisor.undefine('base.service')
  host.executor.exit('user.service', 0)
  assert.deepEqual(await stop, { kind: 'superseded' })
})
