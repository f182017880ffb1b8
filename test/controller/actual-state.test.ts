import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actualState } from '../../src/controller/actual-state.ts'
import type { AppliedUnit } from '../../src/store/records.ts'
import type { UnitStatus } from '../../src/supervisor/unit-status.ts'

const settings = (value: string) => ({ 'Service.ExecStart': [value] }) as unknown as AppliedUnit['settings']

/** A deployment that the end of the daemon cut short: from the definition `old` to `new`. */
const cutShort: AppliedUnit = {
  name: 'web.service',
  revision: 'b',
  hash: 'new',
  settings: settings('new'),
  orderedAfter: [],
  files: {},
  previous: { hash: 'old', settings: settings('old'), invocationId: 'first' },
}

const hashSeen = (status: Partial<UnitStatus>): string => {
  const seen = { activeState: 'active', subState: 'running', revision: 'b', ...status } as UnitStatus
  const units = actualState([cutShort], { status: () => seen, hold: () => undefined })
  return units.get('web.service')!.hash
}

describe('what a unit is whose deployment was cut short', () => {
  test('is the new definition once it runs anew by that', () =>
    assert.equal(hashSeen({ invocationId: 'second' }), 'new'))
  test('is the new definition once that was applied to the run that goes on', () =>
    assert.equal(hashSeen({ invocationId: 'first' }), 'new'))
  test('is the new definition while it restarts', () =>
    assert.equal(hashSeen({ revision: 'a', isRestarting: true }), 'new'))
  test('is the old definition while that still runs', () =>
    assert.equal(hashSeen({ revision: 'a', invocationId: 'first' }), 'old'))
  test('is the old definition where its last run had failed before the move', () =>
    assert.equal(hashSeen({ activeState: 'failed', invocationId: 'first' }), 'old'))
  test('is the new definition where a run of that has failed since', () =>
    assert.equal(hashSeen({ activeState: 'failed', invocationId: 'second' }), 'new'))
})
