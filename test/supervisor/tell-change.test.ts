/** What the log of a unit says of its changes: everything once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteOfChange } from '../../src/supervisor/tell-change.ts'

const failing = { reason: 'exited 1', result: 'exit-code' } as const

test('a run that ends badly is a crash from the first state that says so', () => {
  const stopping = { ...failing, state: 'stop-sigterm' } as const
  assert.deepEqual(noteOfChange(stopping, { state: 'running' }, 'started'), {
    text: 'exited 1',
    isCrash: true,
  })
})

test('what was said of the run is not said again when its last state comes', () => {
  const failed = { ...failing, state: 'failed' } as const
  assert.equal(noteOfChange(failed, { state: 'final-sigterm' }, 'exited 1'), undefined)
  assert.deepEqual(noteOfChange(failed, { state: 'final-sigterm' }, undefined), {
    text: 'exited 1',
    isCrash: true,
  })
})

test('of a reason that goes on, only what is new is said', () => {
  const restarting = {
    state: 'auto-restart',
    reason: 'exited 1; next start in 5 s',
    result: 'exit-code',
  } as const
  assert.deepEqual(noteOfChange(restarting, { state: 'stop-sigterm' }, 'exited 1'), {
    text: 'next start in 5 s',
    isCrash: true,
  })
})

test('a run that a condition kept from running has not crashed', () => {
  const skipped = { state: 'stop-sigterm', reason: 'skipped', result: 'exec-condition' } as const
  assert.equal(noteOfChange(skipped, { state: 'condition' }, undefined)?.isCrash, false)
})
