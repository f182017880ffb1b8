import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type SyncFacts, syncStatus } from '../../src/controller/sync-status.ts'
import { revisionOf } from '../support/desired.ts'

const [head, earlier] = [revisionOf('2'), revisionOf('1')]

const word = (facts: Partial<SyncFacts>): string => {
  const settled = {
    head,
    applied: head,
    outcomeOfHead: 'Healthy',
    isDeploying: false,
    holds: 0,
    leftOver: 0,
    rejections: 0,
  } as const
  const { sync, syncReason } = syncStatus({ ...settled, ...facts })
  return syncReason ?? sync
}

describe('sync status', () => {
  const cases: readonly [says: string, facts: Partial<SyncFacts>, expected: string][] = [
    ['what is applied is the tip', {}, 'Synced'],
    ['a unit is held', { holds: 1 }, 'Held'],
    ['a removed unit has not ended', { leftOver: 1 }, 'Diverged'],
    ['the tip is being applied', { isDeploying: true, outcomeOfHead: 'Progressing' }, 'Progressing'],
    ['the tip has not been looked at', { applied: earlier, outcomeOfHead: undefined }, 'Progressing'],
    ['the tip was cut short, and has yet to go on', { outcomeOfHead: 'Superseded' }, 'Progressing'],
    ['the tip was refused', { applied: earlier, outcomeOfHead: 'Refused' }, 'Refused'],
    ['the tip failed', { applied: earlier, outcomeOfHead: 'RolledBack' }, 'RolledBack'],
    ['a definition of the tip is rejected', { rejections: 1 }, 'RolledBack'],
    [
      'the tip was cancelled',
      { applied: earlier, outcomeOfHead: 'RolledBack', isDeclined: true },
      'RolledBack',
    ],
    ['the tip waits', { applied: earlier, waitsFor: 'Suspended' }, 'Suspended'],
    ['suspended, with nothing new', { waitsFor: 'Suspended' }, 'Synced'],
    [
      'waiting counts before an earlier failure',
      { applied: earlier, waitsFor: 'Pinned', rejections: 1 },
      'Pinned',
    ],
    [
      'unconfirmed, though it is the tip',
      { waitsFor: 'Unconfirmed', outcomeOfHead: 'Progressing' },
      'Unconfirmed',
    ],
    ['no branch', { head: { problem: 'BranchMissing' } }, 'BranchMissing'],
    ['git cannot be read', { head: { problem: 'Unknown' } }, 'Unknown'],
  ]
  for (const [says, facts, expected] of cases)
    test(`${says}: ${expected}`, () => assert.equal(word(facts), expected))
})
