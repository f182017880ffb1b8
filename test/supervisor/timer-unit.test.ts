import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled } from '../support/fake-clock.ts'
import { byCommit, byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'

const job = '[Service]\nType=oneshot\nExecStart=/bin/true\n'
const everyMinute = { 'job.timer': '[Timer]\nOnActiveSec=1min\nOnUnitActiveSec=1min\n', 'job.service': job }

async function timed(files: Readonly<Record<string, string>>): Promise<FakeSupervisedHost> {
  const host = new FakeSupervisedHost()
  host.define(files)
  const outcome = await host.supervisor.start('job.timer', byCommit)
  assert.deepEqual(outcome, { kind: 'ready' })
  await settled()
  return host
}

const timer = (host: FakeSupervisedHost) => host.supervisor.status('job.timer')!

test('a timer waits with one alarm, and tells when it elapses next and what it starts', async () => {
  const host = await timed(everyMinute)
  assert.equal(timer(host).activeState, 'active')
  assert.equal(timer(host).subState, 'waiting')
  assert.equal(timer(host).nextEventAtMs, host.clock.now() + 60_000)
  assert.deepEqual(timer(host).trigger, { unit: 'job.service', lastAtMs: undefined })
  assert.equal(host.clock.armed, 1)
  assert.equal(host.executor.launches.length, 0)
})

test('what a timer starts has the timer as its cause', async () => {
  const host = await timed(everyMinute)
  await host.clock.advance(60_000)
  assert.equal(host.executor.launches.length, 1)
  assert.equal(timer(host).subState, 'running')
  assert.equal(timer(host).trigger?.lastAtMs, host.clock.now())
  const saved = JSON.parse(String(host.saved.get('job.service'))) as { service: { cause: unknown } }
  const usec = String(host.clock.now() * 1000)
  const environment = {
    TRIGGER_UNIT: 'job.timer',
    TRIGGER_TIMER_REALTIME_USEC: usec,
    TRIGGER_TIMER_MONOTONIC_USEC: usec,
  }
  assert.deepEqual(saved.service.cause, { kind: 'timer', text: 'job.timer elapsed', environment })
  const told = host.executor.launches[0]!.command.environment
  assert.deepEqual({ ...told, ...environment }, told)
})

test('while its service runs a timer starts no second one', async () => {
  const host = await timed(everyMinute)
  await host.clock.advance(60_000)
  await host.clock.advance(85_000)
  assert.equal(host.executor.launches.length, 1)
  host.executor.exit('job.service', 0)
  await settled()
  assert.equal(host.executor.launches.length, 2, 'the elapse that it ran over is made up for')
})

test('a held service is not started by its timer', async () => {
  const host = await timed(everyMinute)
  host.held.add('job.service')
  await host.clock.advance(61_000)
  assert.equal(host.executor.launches.length, 0)
  assert.equal(timer(host).subState, 'waiting')
  assert.match(timer(host).reason, /job.service is held: gitproc resume/)
})

test('a timer without its unit fails with a sentence', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'job.timer': '[Timer]\nOnActiveSec=1min\nUnit=other.service\n' })
  const outcome = await host.supervisor.start('job.timer', byRoot)
  assert.deepEqual(outcome, { kind: 'failed', reason: 'there is no unit other.service to start' })
  assert.equal(timer(host).activeState, 'failed')
})

test('a timer that is due while no daemon is there elapses when one comes, once', async () => {
  const host = await timed(everyMinute)
  host.supervisor.close()
  await host.clock.advance(10 * 60_000)
  host.replaceDaemon()
  host.define(everyMinute)
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.executor.launches.length, 1)
  host.executor.exit('job.service', 0)
  await settled()
  assert.equal(host.executor.launches.length, 1)
  assert.equal(timer(host).subState, 'waiting')
})

test('a daemon that dies while the job of a timer runs does not run it twice', async () => {
  const host = await timed(everyMinute)
  await host.clock.advance(60_000)
  host.replaceDaemon()
  host.define(everyMinute)
  await host.supervisor.adopt()
  await host.clock.advance(30_000)
  assert.equal(host.executor.launches.length, 1)
  assert.equal(timer(host).subState, 'running')
})

test('a start that was decided and not made is made by the next daemon', async () => {
  const host = await timed(everyMinute)
  host.executor.isCutOff = true
  await host.clock.advance(60_000)
  host.executor.isCutOff = false
  host.replaceDaemon()
  host.define(everyMinute)
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.executor.launches.length, 1)
})

test('a start that was decided is made by the next daemon, also of a unit that has never run', async () => {
  const host = await timed(everyMinute)
  host.executor.isCutOff = true
  await host.clock.advance(60_000)
  host.executor.isCutOff = false
  // It died before it wrote down that the job is on its way.
  host.saved.delete('job.service')
  host.replaceDaemon()
  host.define(everyMinute)
  await host.supervisor.adopt()
  await settled()
  assert.equal(host.executor.launches.length, 1)
})

test('after a reboot a timer waits to be started, and Persistent= makes up for what was missed', async () => {
  const files = { 'job.timer': '[Timer]\nOnCalendar=hourly\nPersistent=yes\n', 'job.service': job }
  const host = await timed(files)
  await host.clock.advance(3_600_000)
  host.executor.exit('job.service', 0)
  await settled()
  host.bootMark = 'boot 2'
  host.supervisor.close()
  await host.clock.advance(7 * 86_400_000)
  host.replaceDaemon()
  host.define(files)
  await host.supervisor.adopt()
  assert.equal(timer(host).subState, 'dead')
  await host.supervisor.start('job.timer', byCommit)
  await settled()
  assert.equal(host.executor.launches.length, 2)
})

test('a new definition counts from the update on, without a restart of the timer', async () => {
  const host = await timed(everyMinute)
  host.define({ ...everyMinute, 'job.timer': '[Timer]\nOnActiveSec=5min\n' })
  await host.supervisor.update('job.timer', byCommit)
  assert.equal(timer(host).nextEventAtMs, host.clock.now() + 300_000)
  assert.equal(host.clock.armed, 1)
})

test('a stopped timer arms nothing', async () => {
  const host = await timed(everyMinute)
  await host.supervisor.stop('job.timer', byRoot)
  assert.equal(timer(host).activeState, 'inactive')
  assert.equal(host.clock.armed, 0)
})

test('a host that moves to another time zone has its calendar timers there at once', async () => {
  const host = await timed({ 'job.timer': '[Timer]\nOnCalendar=*-*-* 02:00\n', 'job.service': job })
  const inUtc = timer(host).nextEventAtMs ?? 0
  host.localTime.move('Asia/Tokyo')
  const inTokyo = timer(host).nextEventAtMs ?? 0
  assert.equal(new Date(inUtc).getUTCHours(), 2)
  assert.equal(new Date(inTokyo).getUTCHours(), 17)
  assert.equal(host.executor.launches.length, 0)
})

test('OnTimezoneChange= starts the unit when the host moves to another time zone, and not before', async () => {
  const host = await timed({ 'job.timer': '[Timer]\nOnTimezoneChange=yes\n', 'job.service': job })
  assert.deepEqual([timer(host).activeState, host.executor.launches.length], ['active', 0])
  host.localTime.move('Europe/Berlin')
  await settled()
  assert.equal(host.executor.launches.length, 1)
  assert.equal(timer(host).trigger?.lastAtMs, host.clock.now())
})
