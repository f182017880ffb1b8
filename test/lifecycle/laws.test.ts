import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDown } from '../../src/lifecycle/outcome.ts'
import { next, serviceTable } from '../../src/lifecycle/service.ts'
import type { ServicePolicy } from '../../src/lifecycle/service-policy.ts'
import { initialServiceState, type ServiceState } from '../../src/lifecycle/service-state.ts'
import { type SubState, subStates } from '../../src/lifecycle/sub-state.ts'
import { armedTimer } from '../../src/lifecycle/timers.ts'
import { readUnitRecord } from '../../src/lifecycle/unit-record.ts'
import { ModelHost } from '../support/model-host.ts'
import { commands, policyWith } from '../support/service-policy.ts'

const span = fc.constantFrom(10, 1000, 60_000)
const count = fc.integer({ min: 0, max: 2 })

const policies: fc.Arbitrary<ServicePolicy> = fc
  .record({
    type: fc.constantFrom('simple', 'exec', 'forking', 'oneshot', 'notify', 'notify-reload', 'idle' as const),
    remainAfterExit: fc.boolean(),
    hasConditions: fc.boolean(),
    mode: fc.constantFrom(
      'no',
      'on-success',
      'on-failure',
      'on-abnormal',
      'on-watchdog',
      'on-abort',
      'always' as const,
    ),
    kill: fc.constantFrom('control-group', 'mixed' as const),
    timeouts: fc.record({ startMs: span, stopMs: span, abortMs: span }),
    failureMode: fc.constantFrom('terminate', 'abort', 'kill' as const),
    counts: fc.record({
      ExecCondition: count,
      ExecStartPre: count,
      ExecStart: fc.integer({ min: 1, max: 2 }),
      ExecStartPost: count,
      ExecReload: count,
      ExecStop: count,
      ExecStopPost: count,
    }),
    watchdogMs: fc.constantFrom(500, Number.POSITIVE_INFINITY),
    runtimeMaxMs: fc.constantFrom(5000, Number.POSITIVE_INFINITY),
    oomPolicy: fc.constantFrom('stop', 'kill', 'continue' as const),
  })
  .map((it) =>
    policyWith({
      type: it.type as ServicePolicy['type'],
      remainAfterExit: it.remainAfterExit,
      hasConditions: it.hasConditions,
      restart: { mode: it.mode as ServicePolicy['restart']['mode'], delayMs: 50 },
      kill: { mode: it.kill as ServicePolicy['kill']['mode'] },
      timeouts: {
        ...it.timeouts,
        runtimeMaxMs: it.runtimeMaxMs,
        startFailureMode: it.failureMode as 'kill',
        stopFailureMode: it.failureMode as 'kill',
      },
      commands: commands(it.counts),
      watchdogMs: it.watchdogMs,
      oomPolicy: it.oomPolicy as ServicePolicy['oomPolicy'],
    }),
  )

type Action = (host: ModelHost) => unknown

const feed =
  (event: Parameters<ModelHost['feed']>[0]): Action =>
  (host) =>
    host.feed(event)

const foreign = { pid: 9999, startTicks: 1 }

/** What can happen to a unit on a real host, in any order. */
const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>(
    (host) => host.start(),
    (host) => host.start('timer'),
    (host) => host.stop(),
    (host) => host.restart(),
    (host) => host.reload(),
    (host) => forkIf(host, []),
    (host) => forkIf(host, ['SIGTERM', 'SIGABRT']),
    (host) => host.launchPending(),
    (host) => {
      host.isLazy = !host.isLazy
    },
    (host) => {
      host.ignores = host.ignores.length === 0 ? ['SIGTERM', 'SIGABRT', 'SIGHUP'] : []
    },
    (host) => {
      if (host.processes.length > 0) host.processes = host.processes.filter(({ as }) => as !== 'helper')
      if (host.processes.length === 0 && host.pending.length === 0) host.feed({ kind: 'empty' })
    },
    feed({ kind: 'reset' }),
    feed({ kind: 'conditions-checked', verdict: { kind: 'met' } }),
    feed({ kind: 'conditions-checked', verdict: { kind: 'skip', text: 'no' } }),
    feed({ kind: 'main-execed' }),
    feed({ kind: 'oom-killed' }),
    feed({ kind: 'unhealthy', detail: '503' }),
    feed({ kind: 'notified-ready' }),
    feed({ kind: 'notified-reloading' }),
    feed({ kind: 'notified-stopping' }),
    feed({ kind: 'notified-alive' }),
    feed({ kind: 'notified-watchdog-trigger' }),
    feed({ kind: 'notified-extend', byMs: 100 }),
    feed({ kind: 'notified-status', text: 'busy' }),
    feed({ kind: 'main-found', process: undefined }),
  ),
  fc.integer({ min: 0, max: 2 }).map(
    (code): Action =>
      (host) =>
        endIf(host, 'main', code),
  ),
  fc.integer({ min: 0, max: 2 }).map(
    (code): Action =>
      (host) =>
        endIf(host, 'control', code),
  ),
  span.map(
    (ms): Action =>
      (host) =>
        host.advance(ms + 1),
  ),
)

function endIf(host: ModelHost, as: 'main' | 'control', code: number): void {
  if (host.processes.some((process) => process.as === as)) host.end(as, { kind: 'exited', code })
}

/** Only what lives can leave a child behind. */
function forkIf(host: ModelHost, ignores: readonly string[]): void {
  if (host.processes.length > 0) host.fork(ignores)
}

const quiet: ReadonlySet<SubState> = new Set(['dead', 'failed', 'auto-restart', 'auto-restart-queued'])

const runs = { numRuns: 400 }

const walk = (check: (host: ModelHost) => void) =>
  fc.property(policies, fc.array(actions, { maxLength: 40 }), (policy, steps) => {
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
    fc.property(policies, fc.array(actions, { maxLength: 30 }), (policy, steps) => {
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
    fc.property(policies, fc.array(actions, { maxLength: 40 }), (policy, steps) => {
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
