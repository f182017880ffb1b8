import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled } from '../support/fake-clock.ts'
import { byCommit, byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'
import { service } from '../support/trees.ts'

async function running(
  files: Readonly<Record<string, string>>,
  unit = 'web.service',
): Promise<FakeSupervisedHost> {
  const host = new FakeSupervisedHost()
  host.define(files)
  const started = host.supervisor.start(unit, byRoot)
  await host.clock.advance(0)
  await started
  return host
}

test('start waits until the unit is ready, and status tells pid, commit and user', async () => {
  const host = await running({ 'web.service': service('User=shop') })
  const status = host.supervisor.status('web.service')
  assert.equal(status?.activeState, 'active')
  assert.equal(status?.mainPid, 1000)
  assert.equal(status?.revision, 'a'.repeat(40))
  assert.equal(status?.user, 'shop')
  assert.deepEqual(host.executor.launches[0]?.identity, {
    uid: 33,
    gid: 34,
    userName: 'shop',
    supplementaryGids: [],
    umask: 0o022,
  })
})

test('RuntimeRandomizedExtraSec= gives each run a part of it more, the same for the next daemon', async () => {
  const files = { 'web.service': service('RuntimeMaxSec=1h\nRuntimeRandomizedExtraSec=1h') }
  const host = new FakeSupervisedHost()
  host.define(files)
  const ends: number[] = []
  for (const id of ['80000000', '00000000', 'ffffffff']) {
    host.invocationId = id.padEnd(32, '0')
    await host.supervisor.start('web.service', byRoot)
    ends.push((host.supervisor.status('web.service')?.nextEventAtMs ?? 0) - host.clock.now())
    await host.supervisor.stop('web.service', byRoot)
  }
  assert.deepEqual(
    ends.map((ms) => Math.round(ms / 60_000)),
    [90, 60, 120],
  )
})

test('a service that is idle arms no timer', async () => {
  const host = await running({ 'web.service': service() })
  assert.equal(host.clock.armed, 0)
})

test('RuntimeMaxSec= is the one timer of a service that runs, and ends it', async () => {
  const host = await running({ 'web.service': service('RuntimeMaxSec=1h') })
  assert.equal(host.clock.armed, 1)
  await host.clock.advance(3_600_000)
  assert.equal(host.supervisor.status('web.service')?.result, 'timeout')
})

test('a crash is restarted after RestartSec=, and each end is told inline in the log', async () => {
  const host = await running({ 'web.service': service('Restart=always\nRestartSec=5s') })
  host.executor.exit('web.service', 3)
  await settled()
  assert.equal(host.state('web.service'), 'auto-restart')
  assert.deepEqual(host.notes.slice(-2), ['web.service: exited 3', 'web.service: next start in 5 s'])
  await host.clock.advance(5000)
  assert.equal(host.state('web.service'), 'running')
  assert.equal(host.supervisor.status('web.service')?.restarts, 1)
})

test('a stop supersedes a start that still waits', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'job.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n' })
  const started = host.supervisor.start('job.service', byRoot)
  await settled()
  assert.deepEqual(await host.supervisor.stop('job.service', byRoot), { kind: 'done' })
  assert.deepEqual(await started, { kind: 'superseded' })
})

test('an unknown user fails the start with 217/USER before anything ran', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'web.service': service('User=nobody-there') })
  host.executor.launches.length = 0
  await host.supervisor.start('web.service', byRoot)
  await settled()
  const status = host.supervisor.status('web.service')
  assert.equal(status?.subState, 'failed')
  assert.match(status?.reason ?? '', /217\/USER/)
  assert.equal(host.executor.launches.length, 0)
})

test('Type=notify without sd_notify fails with a sentence', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'web.service': service('Type=notify') })
  const outcome = await host.supervisor.start('web.service', byRoot)
  assert.deepEqual(outcome, { kind: 'failed', reason: 'there is no sd_notify in tests' })
})

test('a condition that does not hold leaves the unit dead, and the start is done', async () => {
  const host = new FakeSupervisedHost()
  host.verdict = { kind: 'skip', text: 'ConditionPathExists=/x is not met' }
  host.define({ 'web.service': service('', 'ConditionPathExists=/x') })
  assert.deepEqual(await host.supervisor.start('web.service', byRoot), { kind: 'done' })
  assert.match(host.supervisor.status('web.service')?.reason ?? '', /skipped: ConditionPathExists/)
})

const checked = 'HealthCheckURL=http://127.0.0.1:1/\nHealthCheckInterval=10s\nHealthCheckRetries=3'

test('After= waits for health: start is ready when the first probe is good', async () => {
  const host = new FakeSupervisedHost()
  host.probe = () => ({ isGood: false, detail: '503' })
  host.define({ 'web.service': service(`${checked}\nHealthCheckStartPeriod=60s`) })
  let outcome: unknown
  void host.supervisor.start('web.service', byRoot).then((it) => {
    outcome = it
  })
  await host.clock.advance(30_000)
  assert.equal(outcome, undefined)
  assert.equal(host.supervisor.status('web.service')?.health.state, 'starting')
  host.probe = () => ({ isGood: true, detail: '200' })
  await host.clock.advance(10_000)
  assert.deepEqual(outcome, { kind: 'ready' })
})

test('three failed probes make a service unhealthy, and it is started anew', async () => {
  const host = await running({ 'web.service': service(checked) })
  await host.clock.advance(0)
  const before = host.supervisor.status('web.service')?.mainPid
  host.probe = () => ({ isGood: false, detail: '503' })
  await host.clock.advance(25_000)
  assert.equal(host.state('web.service'), 'running')
  host.probe = () => ({ isGood: true, detail: '200' })
  await host.clock.advance(1)
  assert.equal(host.supervisor.status('web.service')?.mainPid, before)
  host.probe = () => ({ isGood: false, detail: '503' })
  await host.clock.advance(40_000)
  assert.notEqual(host.supervisor.status('web.service')?.mainPid, before)
})

test('a unit that is unhealthy on trial runs on, and is started anew once nobody took it back', async () => {
  const host = await running({ 'web.service': service(`${checked}\nHealthCheckAction=rollback`) })
  await host.clock.advance(0)
  const before = host.supervisor.status('web.service')?.mainPid
  host.onTrial.add('web.service')
  host.probe = () => ({ isGood: false, detail: '503' })
  await host.clock.advance(60_000)
  const sick = host.supervisor.status('web.service')
  assert.equal(sick?.mainPid, before)
  assert.deepEqual([sick?.health.state, sick?.health.isGate], ['unhealthy', true])
  host.onTrial.clear()
  await host.clock.advance(11_000)
  assert.notEqual(host.supervisor.status('web.service')?.mainPid, before)
})

test('a probe that takes long is waited for: none is made beside it', async () => {
  const host = await running({ 'web.service': service(checked) })
  await host.clock.advance(0)
  let answer = (_: { readonly isGood: boolean; readonly detail: string }): void => {}
  host.slowProbe = () =>
    new Promise((resolve) => {
      answer = resolve
    })
  await host.clock.advance(10_000)
  const { probes } = host
  await host.clock.advance(600_000)
  assert.equal(host.probes, probes)
  host.slowProbe = undefined
  answer({ isGood: true, detail: '200' })
  await host.clock.advance(10_000)
  assert.equal(host.probes, probes + 1)
})

test('a frozen unit is not probed, and again as at its start when it is thawed', async () => {
  const host = await running({ 'web.service': service(checked) })
  await host.clock.advance(0)
  await host.supervisor.freeze('web.service', byRoot)
  const { probes } = host
  host.probe = () => ({ isGood: false, detail: 'no answer' })
  await host.clock.advance(3_600_000)
  assert.equal(host.probes, probes)
  assert.equal(host.clock.armed, 0)
  assert.equal(host.state('web.service'), 'running')
  host.probe = () => ({ isGood: true, detail: '200' })
  await host.supervisor.thaw('web.service', byRoot)
  await host.clock.advance(0)
  assert.equal(host.supervisor.status('web.service')?.health.state, 'healthy')
  assert.deepEqual(host.executor.signals, ['freeze web.service', 'thaw web.service'])
})

test('a daemon that died while it froze a unit leaves it to the next one, and a thaw before a stop as well', async () => {
  const files = { 'web.service': service('') }
  const host = await running(files)
  await host.supervisor.freeze('web.service', byRoot)
  const adopt = async (): Promise<void> => {
    host.executor.signals.length = 0
    host.replaceDaemon()
    host.define(files)
    await host.supervisor.adopt()
    await host.supervisor.settled()
  }
  await adopt()
  assert.deepEqual(host.executor.signals, ['freeze web.service'])
  assert.equal(host.supervisor.status('web.service')?.isFrozen, true)
  host.executor.stubborn.add('web.service')
  void host.supervisor.stop('web.service', byRoot)
  await host.clock.advance(0)
  assert.equal(host.state('web.service'), 'stop-sigterm')
  await adopt()
  assert.deepEqual(host.executor.signals.slice(0, 2), ['thaw web.service', 'SIGTERM web.service'])
})

test('a unit that is stopped is probed no more', async () => {
  const host = await running({ 'web.service': service(checked) })
  await host.supervisor.stop('web.service', byRoot)
  const { probes } = host
  await host.clock.advance(3_600_000)
  assert.equal(host.probes, probes)
  assert.equal(host.clock.armed, 0)
})

test('a new daemon takes over the running service with its pid and invocation', async () => {
  const files = { 'web.service': service('Restart=always') }
  const host = await running(files)
  const before = host.supervisor.status('web.service')
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  const after = host.supervisor.status('web.service')
  assert.equal(after?.mainPid, before?.mainPid)
  assert.equal(after?.invocationId, before?.invocationId)
  assert.equal(host.executor.launches.length, 1)
})

test('an exit while there was no daemon is known, with its time, and Restart= is honoured', async () => {
  const files = { 'web.service': service('Restart=on-failure\nRestartSec=0') }
  const host = await running(files)
  host.supervisor.close()
  host.executor.exit('web.service', 9)
  await host.clock.advance(60_000)
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  await host.clock.advance(0)
  const status = host.supervisor.status('web.service')
  assert.equal(status?.subState, 'running')
  assert.deepEqual(status?.lastExit?.exit, { kind: 'exited', code: 9 })
  assert.equal(host.executor.launches.length, 2)
})

test('a launch that was decided and not made is made by the next daemon, once', async () => {
  const files = { 'web.service': service() }
  const host = new FakeSupervisedHost()
  host.define(files)
  host.executor.isCutOff = true
  void host.supervisor.start('web.service', byRoot)
  await settled()
  assert.equal(host.state('web.service'), 'start')
  host.executor.isCutOff = false
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.executor.launches.length, 1)
  assert.equal(host.state('web.service'), 'running')
})

test('after a reboot a unit is dead, its counters and last exit are kept, and nothing is launched by itself', async () => {
  const files = { 'web.service': service('Restart=always') }
  const host = await running(files)
  const next = new FakeSupervisedHost()
  for (const [unit, state] of host.saved) next.saved.set(unit, state)
  next.bootMark = 'boot 2'
  next.replaceDaemon()
  next.define(files)
  await next.supervisor.adopt()
  await next.clock.advance(60_000)
  assert.equal(next.state('web.service'), 'dead')
  assert.deepEqual(next.supervisor.status('web.service')?.lastExit?.exit, {
    kind: 'unknown',
    why: 'the host was restarted',
  })
  assert.equal(next.executor.launches.length, 0)
})

test('a process without any record of its unit is taken over, not started beside', async () => {
  const files = { 'web.service': service() }
  const host = await running(files)
  const before = host.supervisor.status('web.service')
  host.saved.clear()
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  assert.equal(host.state('web.service'), 'running')
  assert.equal(host.supervisor.status('web.service')?.mainPid, before?.mainPid)
})

test('a person who starts a unit starts what it requires first', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'web.service': service('', 'Requires=db.service\nAfter=db.service'),
    'db.service': service(),
  })
  await host.supervisor.start('web.service', byRoot)
  assert.deepEqual(
    host.executor.launches.map(({ unit }) => unit),
    ['db.service', 'web.service'],
  )
})

test('a plan starts exactly what it says', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'web.service': service('', 'Wants=db.service'), 'db.service': service() })
  await host.supervisor.start('web.service', byCommit)
  assert.deepEqual(
    host.executor.launches.map(({ unit }) => unit),
    ['web.service'],
  )
})

test('a required unit that fails keeps the one after it from starting, and is named', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'web.service': service('', 'Requires=db.service\nAfter=db.service'),
    'db.service': service('User=nobody-there'),
  })
  const outcome = await host.supervisor.start('web.service', byRoot)
  assert.equal(outcome.kind, 'failed')
  assert.match(
    outcome.kind === 'failed' ? outcome.reason : '',
    /it needs db.service, which failed: .*217\/USER/,
  )
})

test('a held unit is not started by one that only wants it, and refuses one that requires it', async () => {
  const host = new FakeSupervisedHost()
  host.held.add('db.service')
  host.define({
    'web.service': service('', 'Wants=db.service'),
    'api.service': service('', 'Requires=db.service'),
    'db.service': service(),
  })
  assert.deepEqual(await host.supervisor.start('web.service', byRoot), { kind: 'ready' })
  assert.equal(host.state('db.service'), 'dead')
  const outcome = await host.supervisor.start('api.service', byRoot)
  assert.match(outcome.kind === 'failed' ? outcome.reason : '', /needs db.service, which is held/)
})

test('a stop takes what requires the unit with it, later starters first', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'web.service': service('', 'Requires=db.service\nAfter=db.service'),
    'db.service': service(),
  })
  await host.supervisor.start('web.service', byRoot)
  await host.supervisor.stop('db.service', byRoot)
  const terms = host.executor.signals.filter((signal) => signal.startsWith('SIGTERM'))
  assert.equal(terms[0], 'SIGTERM web.service')
  assert.equal(host.state('web.service'), 'dead')
})

test('a unit that is bound to another ends when that fails', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'web.service': service('', 'BindsTo=db.service\nAfter=db.service'), 'db.service': service() })
  await host.supervisor.start('web.service', byRoot)
  host.executor.exit('db.service', 1)
  await host.clock.advance(10)
  assert.equal(host.state('db.service'), 'failed')
  assert.equal(host.state('web.service'), 'dead')
  assert.match(host.supervisor.status('web.service')?.reason ?? '', /db.service ended \(BindsTo=\)/)
})

test('OnFailure= is started when a unit fails', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'web.service': service('', 'OnFailure=alarm.service'),
    'alarm.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n',
  })
  await host.supervisor.start('web.service', byRoot)
  host.executor.exit('web.service', 1)
  await host.clock.advance(10)
  assert.deepEqual(
    host.executor.launches.map(({ unit }) => unit),
    ['web.service', 'alarm.service'],
  )
})

test('Conflicts= stops the other one first', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'web.service': service('', 'Conflicts=old.service'), 'old.service': service() })
  await host.supervisor.start('old.service', byRoot)
  await host.supervisor.start('web.service', byRoot)
  assert.equal(host.state('old.service'), 'dead')
})

test('a new limit is written to what runs, and one that was removed is taken back', async () => {
  const host = await running({ 'web.service': service('MemoryMax=64M\nTasksMax=10') })
  host.define({ 'web.service': service('MemoryMax=128M') })
  await host.supervisor.update('web.service', byCommit)
  assert.deepEqual(host.executor.cgroups.at(-1)?.spec, {
    path: 'system.slice/web.service',
    settings: { 'pids.max': 'max', 'memory.max': '134217728' },
  })
  assert.equal(host.executor.launches.length, 1)
})

test('targets are up at once and stay so for the next daemon; mounts say that they are not run', async () => {
  const files = { 'all.target': '[Unit]\n', 'x.mount': '[Mount]\nWhat=/a\nWhere=/x\n' }
  const host = await running(files, 'all.target')
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  assert.equal(host.supervisor.status('all.target')?.activeState, 'active')
  await host.supervisor.start('x.mount', byCommit)
  assert.match(host.supervisor.status('x.mount')?.reason ?? '', /not run by this version/)
})

test('every transition is one line in the daemon log', async () => {
  const host = await running({ 'web.service': service() })
  await host.supervisor.stop('web.service', byRoot)
  const lines = host.log.lines.filter(({ message }) => message === 'unit changed state')
  assert.deepEqual(
    lines.map(({ fields }) => `${fields['from']} → ${fields['to']}`),
    [
      'dead → start',
      'start → running',
      'running → stop-sigterm',
      'stop-sigterm → final-sigterm',
      'final-sigterm → dead',
    ],
  )
})

test('a restart by a person takes what requires the unit down before and up after it', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'web.service': service('', 'Requires=db.service\nAfter=db.service'),
    'db.service': service(),
  })
  await host.supervisor.start('web.service', byRoot)
  const restarted = host.supervisor.restart('db.service', byRoot)
  await host.clock.advance(10)
  assert.deepEqual(await restarted, { kind: 'ready' })
  await settled()
  assert.deepEqual(
    host.executor.launches.map(({ unit }) => unit),
    ['db.service', 'web.service', 'db.service', 'web.service'],
  )
})

test('every transition is told to those who listen, without a figure being read', async () => {
  const host = await running({ 'web.service': service() })
  host.executor.readUsage = () => assert.fail('a figure was read')
  await host.supervisor.stop('web.service', byRoot)
  assert.deepEqual(
    host.changes.map(({ status }) => status.subState),
    ['start', 'running', 'stop-sigterm', 'final-sigterm', 'dead'],
  )
})
