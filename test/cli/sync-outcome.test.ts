import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GenerationOutcome } from '../../src/api/contract.ts'
import type { SyncAnswer } from '../../src/api/requests.ts'
import { syncStatusOf } from '../../src/cli/sync-outcome.ts'

const answer = (outcome: GenerationOutcome | undefined, rest: Partial<SyncAnswer> = {}): SyncAnswer => ({
  sync: 'Synced',
  revision: undefined,
  generation: outcome && ({ outcome } as NonNullable<SyncAnswer['generation']>),
  ...rest,
})

test('the exit status of a sync is about the commit that was asked for', () => {
  const outOfSync = 'OutOfSync' as const
  assert.equal(syncStatusOf(answer('Healthy')), 0)
  assert.equal(syncStatusOf(answer(undefined)), 0)
  assert.equal(syncStatusOf(answer('Healthy', { sync: outOfSync, syncReason: 'Held' })), 0)
  assert.equal(syncStatusOf(answer('RolledBack', { sync: outOfSync, syncReason: 'RolledBack' })), 1)
  assert.equal(syncStatusOf(answer('Healthy', { sync: outOfSync, syncReason: 'RolledBack' })), 1)
  assert.equal(syncStatusOf(answer('Refused', { sync: outOfSync, syncReason: 'Refused' })), 1)
  assert.equal(syncStatusOf(answer('Degraded')), 1)
  assert.equal(syncStatusOf(answer(undefined, { sync: 'Unknown' })), 1)
  const waits = { why: 'commits are suspended', remedy: 'gitproc resume' }
  assert.equal(syncStatusOf(answer('Healthy', { sync: outOfSync, syncReason: 'Suspended', waits })), 6)
  const confirmation = { sha: 'a', who: 'ada', sinceMs: 0, dueAtMs: 1 }
  const unconfirmed = { sync: outOfSync, syncReason: 'Unconfirmed', confirmation } as const
  assert.equal(syncStatusOf(answer('Progressing', unconfirmed)), 0)
})
