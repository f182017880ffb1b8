import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { restartDelayMs, shallRestart } from '../../src/lifecycle/restart-policy.ts'
import { restartModes } from '../../src/lifecycle/service-policy.ts'
import type { ServiceResult } from '../../src/lifecycle/service-result.ts'
import { initialServiceState } from '../../src/lifecycle/service-state.ts'
import { policyWith } from '../support/service-policy.ts'

/** The table of systemd.service(5), Restart=: rows are endings, columns in the order of `restartModes`. */
const table: Readonly<Record<string, string>> = {
  //                 no on-success on-failure on-abnormal on-watchdog on-abort always
  success: '. x . . . . x',
  'exit-code': '. . x . . . x',
  signal: '. . x x . x x',
  'core-dump': '. . x x . x x',
  timeout: '. . x x . . x',
  watchdog: '. . x x x . x',
  'oom-kill': '. . x x . . x',
  'start-limit-hit': '. . . . . . .',
  'exec-condition': '. . . . . . .',
}

for (const [result, row] of Object.entries(table)) {
  test(`Restart= after ${result} is as the man page's table has it`, () => {
    const state = { ...initialServiceState(0), result: result as ServiceResult }
    const answers = restartModes.map((mode) =>
      shallRestart(state, policyWith({ restart: { mode } })) ? 'x' : '.',
    )
    assert.equal(answers.join(' '), row)
  })
}

const ended = (code: number) => ({
  ...initialServiceState(0),
  result: 'exit-code' as const,
  mainExit: { exit: { kind: 'exited', code } as const, atMs: 0 },
})

test('RestartPreventExitStatus= wins over Restart=always, RestartForceExitStatus= over Restart=no', () => {
  const set = { statuses: [78], signals: [] }
  assert.equal(
    shallRestart(ended(78), policyWith({ restart: { mode: 'always', preventExitStatus: set } })),
    false,
  )
  assert.equal(shallRestart(ended(78), policyWith({ restart: { mode: 'no', forceExitStatus: set } })), true)
})

const growing = { ...policyWith().restart, delayMs: 1000, steps: 4, maxDelayMs: 16_000 }

test('RestartSteps= grows by equal factors from RestartSec= to RestartMaxDelaySec=', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 100].map((streak) => restartDelayMs(streak, growing)),
    [1000, 2000, 4000, 8000, 16_000, 16_000, 16_000],
  )
})

test('a delay never shrinks and never passes its bounds', () => {
  const policies = fc.record({ delayMs: fc.nat(10_000), steps: fc.nat(20), maxDelayMs: fc.nat(1_000_000) })
  fc.assert(
    fc.property(policies, fc.nat(50), (some, streak) => {
      const policy = { ...policyWith().restart, ...some }
      const [one, next] = [restartDelayMs(streak, policy), restartDelayMs(streak + 1, policy)]
      assert.ok(one <= next && next <= Math.max(some.delayMs, some.maxDelayMs))
    }),
  )
})
