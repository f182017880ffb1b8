import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDown } from '../../src/lifecycle/outcome.ts'
import { next, serviceTable } from '../../src/lifecycle/service.ts'
import { initialServiceState, type ServiceState } from '../../src/lifecycle/service-state.ts'
import { type SubState, subStates } from '../../src/lifecycle/sub-state.ts'
import { armedTimer } from '../../src/lifecycle/timers.ts'
import { readUnitRecord } from '../../src/lifecycle/unit-record.ts'
import { anyActions, anyPolicy } from '../support/arbitrary-service.ts'
import { ModelHost } from '../support/model-host.ts'
import { policyWith } from '../support/service-policy.ts'

const foreign = { pid: 9999, startTicks: 1 }

const quiet: ReadonlySet<SubState> = new Set(['dead', 'failed', 'auto-restart', 'auto-restart-queued'])

const runs = { numRuns: 400 }

const walk = (check: (host: ModelHost) => void) =>
  fc.property(anyPolicy, anyActions, (policy, steps) => {
    const host = new ModelHost(policy)
    host.watch = check
    for (const step of steps) step(host)
  })

test('whatever happens, a unit never has two main processes', () => {
  fc.assert(
    walk((host) => {
      const mains = host.processes.filter(({ as }) => as === 'main').length
      const launching = host.pending.filter(({ as }) => as === 'main').length
      assert.ok(
        mains + launching <= 1,
        `${mains} mains and ${launching} on the way in ${host.path.join(' ')}`,
      )
    }),
    runs,
  )
})

test('whatever happens, a unit is never dead, failed or waiting for a restart while a process of it lives', () => {
  fc.assert(
    walk((host) => {
      if (!quiet.has(host.state.state)) return
      assert.deepEqual(host.processes, [], host.path.join(' '))
      assert.deepEqual(host.pending, [], host.path.join(' '))
      assert.equal(host.state.main ?? host.state.control, undefined)
    }),
    runs,
  )
})

test('whatever happens, only a running unit is held, and what is known of it is so', () => {
  fc.assert(
    walk(({ state, isFrozen, path }) => {
      assert.equal(state.isFrozen ?? false, isFrozen, path.join(' '))
      if (isFrozen) assert.deepEqual([state.state, state.timers.watchdogAtMs], ['running', undefined])
    }),
    runs,
  )
})

test('whatever happens, two control commands never run at once', () => {
  fc.assert(
    walk((host) => {
      const controls = [...host.processes, ...host.pending].filter(({ as }) => as === 'control')
      assert.ok(controls.length <= 1, `${controls.length} controls in ${host.path.join(' ')}`)
    }),
    runs,
  )
})

/** From the comment above the table. */
const untimed: ReadonlySet<SubState> = new Set(['dead', 'failed', 'exited'])

test('a timer is armed only in states that need one, and always in those that must end by themselves', () => {
  fc.assert(
    walk((host) => {
      const { state, timers } = host.state
      if (untimed.has(state)) assert.deepEqual(timers, {}, state)
      const mustEnd = !untimed.has(state) && state !== 'running'
      if (mustEnd && host.policy.timeouts.startMs > 0) assert.notEqual(timers.phaseAtMs, undefined, state)
    }),
    runs,
  )
})

test('a stop ends within the time-outs of its policy, as long as SIGKILL kills', () => {
  fc.assert(
    fc.property(anyPolicy, anyActions, (policy, steps) => {
      const host = new ModelHost(policy)
      for (const step of steps) step(host)
      host.stop()
      host.launchPending()
      const { stopMs, abortMs } = policy.timeouts
      const { ExecStop, ExecStopPost } = policy.commands
      const bound = stopMs * (ExecStop.length + ExecStopPost.length + 5) + abortMs * 2 + 5000
      for (let i = 0; i < 10; i++) {
        host.advance(bound / 10)
        host.launchPending()
      }
      assert.ok(isDown(host.state), `${host.path.join(' ')} after ${bound} ms`)
    }),
    runs,
  )
})

test('the same events lead to the same states', () => {
  fc.assert(
    fc.property(anyPolicy, anyActions, (policy, steps) => {
      const [one, other] = [new ModelHost(policy), new ModelHost(policy)]
      for (const host of [one, other]) {
        host.ignores = []
        host.isLazy = false
        for (const step of steps) step(host)
      }
      assert.deepEqual(one.state, other.state)
      assert.deepEqual(one.effects, other.effects)
    }),
    { numRuns: 300 },
  )
})

test('a state that was written to disk and read back goes on as if it had not been', () => {
  fc.assert(
    walk((host) => {
      const record = { service: host.state, health: undefined, bootMark: 'boot' }
      const back = readUnitRecord(JSON.parse(JSON.stringify(record)))
      assert.ok(back)
      assert.equal(JSON.stringify(back.service), JSON.stringify(host.state))
      const stop = { kind: 'stop', cause: { kind: 'operator', text: 'stopped' } } as const
      const onward = (state: ServiceState) => JSON.stringify(next(state, stop, host.policy, host.now))
      assert.equal(onward(back.service), onward(host.state))
    }),
    { numRuns: 200 },
  )
})

test('every state but dead can be left by an event of its own row', () => {
  for (const from of subStates) {
    const leaves = Object.keys(serviceTable[from])
    assert.ok(leaves.length > 0, from)
    const canLeave = ['start', 'timed-out', 'empty', 'stop'].some((kind) => leaves.includes(kind))
    assert.ok(canLeave, `${from} has no way out`)
  }
})

test('an event that a state does not list changes nothing at all', () => {
  const state = initialServiceState(0)
  const policy = policyWith()
  for (const event of [
    { kind: 'empty' },
    { kind: 'notified-ready' },
    { kind: 'main-found', process: foreign },
  ] as const) {
    const after = next(state, event, policy, 5)
    assert.equal(after.state, state)
    assert.deepEqual(after.effects, [])
  }
  assert.equal(armedTimer(state), undefined)
})
