/** Holds the table to what the comment above it promises of each state. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CommandKind } from '../../src/lifecycle/service-policy.ts'
import type { SubState } from '../../src/lifecycle/sub-state.ts'
import { anyActions, anyPolicy } from '../support/arbitrary-service.ts'
import { ModelHost } from '../support/model-host.ts'

type Presence = 'none' | 'always' | 'perhaps'

interface Guarantee {
  readonly main: Presence
  readonly control: Presence
  /** Which control commands it can be; absent: any. */
  readonly kinds?: readonly CommandKind[]
  /** Whether a timer of the state itself is armed, where its directive is not `infinity`. */
  readonly timer: Presence
}

const down: Guarantee = { main: 'none', control: 'none', timer: 'none' }
const waiting: Guarantee = { main: 'none', control: 'none', timer: 'always' }
const underFire: Guarantee = { main: 'perhaps', control: 'perhaps', timer: 'always' }

const guarantees: Readonly<Record<SubState, Guarantee>> = {
  dead: down,
  failed: down,
  exited: down,
  'auto-restart': waiting,
  'auto-restart-queued': waiting,
  condition: { main: 'none', control: 'perhaps', kinds: ['ExecCondition'], timer: 'always' },
  'start-pre': { main: 'none', control: 'always', kinds: ['ExecStartPre'], timer: 'always' },
  start: { main: 'perhaps', control: 'perhaps', kinds: ['ExecStart'], timer: 'always' },
  'start-post': { main: 'perhaps', control: 'always', kinds: ['ExecStartPost'], timer: 'always' },
  running: { main: 'perhaps', control: 'none', timer: 'none' },
  reload: { main: 'perhaps', control: 'always', kinds: ['ExecReload'], timer: 'always' },
  'reload-signal': { main: 'perhaps', control: 'none', timer: 'always' },
  'reload-notify': { main: 'perhaps', control: 'none', timer: 'always' },
  stop: { main: 'perhaps', control: 'always', kinds: ['ExecStop'], timer: 'always' },
  'stop-post': { main: 'perhaps', control: 'always', kinds: ['ExecStopPost'], timer: 'always' },
  'stop-watchdog': underFire,
  'stop-sigterm': underFire,
  'stop-sigkill': underFire,
  'final-watchdog': underFire,
  'final-sigterm': underFire,
  'final-sigkill': underFire,
}

test('in each state there is what the comment above the table promises', () => {
  fc.assert(
    fc.property(anyPolicy, anyActions, (policy, steps) => {
      const host = new ModelHost(policy)
      host.watch = checkState
      for (const step of steps) step(host)
    }),
    { numRuns: 400 },
  )
})

test('main processes are where the type of the service puts them', () => {
  fc.assert(
    fc.property(anyPolicy, anyActions, (policy, steps) => {
      const host = new ModelHost(policy)
      host.watch = ({ state }) => {
        const mayLack = policy.type === 'forking'
        if (state.state === 'start' && !mayLack) assert.ok(state.main, 'start without a main process')
        if (state.state === 'running' && !mayLack) assert.ok(state.main, 'running without a main process')
      }
      for (const step of steps) step(host)
    }),
    { numRuns: 400 },
  )
})

function checkState({ state, path }: ModelHost): void {
  const { main, control, timer, kinds } = guarantees[state.state]
  const where = path.join(' ')
  check(main, state.main !== undefined, `main in ${where}`)
  check(control, state.control !== undefined, `control in ${where}`)
  check(timer, state.timers.phaseAtMs !== undefined, `timer in ${where}`)
  if (state.control !== undefined && kinds !== undefined) assert.ok(kinds.includes(state.control.kind), where)
}

function check(promised: Presence, isThere: boolean, what: string): void {
  if (promised !== 'perhaps') assert.equal(isThere, promised === 'always', what)
}
