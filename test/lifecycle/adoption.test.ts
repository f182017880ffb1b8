import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FoundProcess, missedEvents, overdueEffects } from '../../src/lifecycle/adoption.ts'
import { ModelHost } from '../support/model-host.ts'
import { commands, policyWith } from '../support/service-policy.ts'

const process = { pid: 100, startTicks: 100 }
const main = (more: Partial<FoundProcess> = {}): FoundProcess => ({
  role: 'main',
  process,
  hasExeced: false,
  record: undefined,
  ...more,
})
const exited = { exit: { kind: 'exited', code: 7 }, atMs: 5 } as const

test('a main process that lives on changes nothing', () => {
  const host = new ModelHost(policyWith()).start()
  assert.deepEqual(missedEvents(host.state, [main()]), [])
  assert.deepEqual(overdueEffects(host.state, host.state, [main()], host.policy), [])
})

test('an exit that nobody saw is fed with the time it happened at', () => {
  const host = new ModelHost(policyWith()).start()
  assert.deepEqual(missedEvents(host.state, [main({ record: exited })]), [
    { event: { kind: 'main-exited', record: exited }, atMs: 5 },
  ])
})

test('a process whose run directory is gone ended in a way that nobody knows', () => {
  const host = new ModelHost(policyWith()).start()
  const [missed] = missedEvents(host.state, [])
  assert.equal(missed?.event.kind, 'main-exited')
  assert.match(JSON.stringify(missed), /its run directory is gone/)
})

test('a launch that was decided and never made is made', () => {
  const host = new ModelHost(policyWith())
  host.isLazy = true
  host.start()
  assert.deepEqual(missedEvents(host.state, []), [])
  assert.deepEqual(overdueEffects(host.state, host.state, [], host.policy), [
    { kind: 'launch', as: 'main', command: 'ExecStart', index: 0, role: 'main' },
  ])
})

test('a launch that was made and not yet seen is not made again', () => {
  const host = new ModelHost(policyWith())
  host.isLazy = true
  host.start()
  assert.deepEqual(
    missedEvents(host.state, [main()]).map(({ event }) => event.kind),
    ['main-spawned'],
  )
  assert.deepEqual(overdueEffects(host.state, host.state, [main({ process: undefined })], host.policy), [])
})

test('a launch that a stop overtook is not made any more', () => {
  const host = new ModelHost(policyWith())
  host.isLazy = true
  host.start().stop()
  assert.match(JSON.stringify(missedEvents(host.state, [])), /it was never launched/)
})

test('a stop goes on with its signals', () => {
  const host = new ModelHost(policyWith())
  host.ignores = ['SIGTERM']
  host.start().stop()
  assert.deepEqual(overdueEffects(host.state, host.state, [main()], host.policy), [
    { kind: 'signal', signals: ['SIGTERM', 'SIGCONT'], target: 'all' },
  ])
})

test('a control command that ended meanwhile leads on, its finished predecessors do not', () => {
  const host = new ModelHost(policyWith({ commands: commands({ ExecStartPre: 2, ExecStart: 1 }) }))
  host.start().exitControl(0)
  const found = ['ExecStartPre.0', 'ExecStartPre.1'].map((role) => ({ ...main({ record: exited }), role }))
  assert.deepEqual(
    missedEvents(host.state, found).map(({ event }) => event.kind),
    ['control-exited'],
  )
})

test('conditions that were being looked at are looked at again', () => {
  const host = new ModelHost(policyWith({ hasConditions: true })).start()
  assert.deepEqual(overdueEffects(host.state, host.state, [], host.policy), [{ kind: 'check-conditions' }])
})

test('what a run that is over has left is removed, as long as it is there', () => {
  const host = new ModelHost(policyWith()).start()
  const invocation = host.state.invocation!
  const dead = { ...host.state, state: 'dead', main: undefined, control: undefined } as const
  assert.deepEqual(overdueEffects(dead, dead, [main({ record: exited })], host.policy), [
    { kind: 'release', invocationId: invocation.id, isRestarting: false },
  ])
  assert.deepEqual(overdueEffects(dead, dead, [], host.policy), [])
})
