/** Restarts by themselves: how long each waits, when they end, and what is said then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled } from '../support/fake-clock.ts'
import { byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'
import { service } from '../support/trees.ts'

const unit = 'web.service'

async function running(lines: string, before = ''): Promise<FakeSupervisedHost> {
  const host = new FakeSupervisedHost()
  host.define({ [unit]: service(lines, before) })
  await host.supervisor.start(unit, byRoot)
  return host
}

/** Ends the run; gives how long the next one is waited for. */
async function crash(host: FakeSupervisedHost): Promise<number> {
  host.executor.exit(unit, 3)
  await settled()
  return (host.supervisor.status(unit)?.nextEventAtMs ?? Number.NaN) - host.clock.now()
}

test('restarts come ever later, and a good run lets them begin anew', async () => {
  const growing = 'Restart=always\nRestartSec=1s\nRestartSteps=3\nRestartMaxDelaySec=8s'
  const host = await running(growing, 'StartLimitBurst=0')
  const circle = async (): Promise<readonly number[]> => {
    const delays: number[] = []
    for (let round = 0; round < 5; round += 1) {
      delays.push(await crash(host))
      await host.clock.advance(delays.at(-1) ?? 0)
      assert.equal(host.state(unit), 'running')
    }
    return delays
  }
  assert.deepEqual(await circle(), [1000, 2000, 4000, 8000, 8000])
  await host.clock.advance(60_000)
  assert.deepEqual(await circle(), [1000, 2000, 4000, 8000, 8000])
})

test('a service that crashes in a circle gives up once, with the command that starts it again', async () => {
  const host = await running('Restart=always\nRestartSec=1s', 'StartLimitBurst=3\nStartLimitIntervalSec=1min')
  for (let start = 1; start < 3; start += 1) await host.clock.advance(await crash(host))
  await crash(host)
  assert.equal(host.state(unit), 'failed')
  await host.clock.advance(3_600_000)
  const command = 'start it again with `gitproc start web.service`'
  const said = `exited 3; gave up: 3 starts in 1 min; ${command}`
  assert.equal(host.supervisor.status(unit)?.reason, said)
  assert.equal(host.changes.filter(({ text }) => text.includes('gave up')).length, 1)
  assert.equal(host.notes.filter((words) => words.includes('gave up')).length, 1)
  assert.equal(host.executor.launches.length, 3)
  await host.supervisor.start(unit, byRoot)
  assert.equal(host.state(unit), 'running')
})

test('a stop on purpose is never answered by a restart', async () => {
  const host = await running('Restart=always\nRestartSec=1s')
  await host.supervisor.stop(unit, byRoot)
  await host.clock.advance(3_600_000)
  assert.deepEqual([host.state(unit), host.executor.launches.length, host.clock.armed], ['dead', 1, 0])
})
