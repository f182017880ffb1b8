import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderHistory } from '../../../src/cli/render/history.ts'
import type { Generation } from '../../../src/store/records.ts'
import { plainLook, wideLook } from '../../support/looks.ts'
import { dayMs, head, nowMs } from '../../support/status-answers.ts'

const generation = (number: number, given: Partial<Generation> = {}): Generation => ({
  number,
  revision: head,
  origin: 'commit',
  plan: { from: undefined, to: head, steps: [], hash: '' },
  steps: [],
  outcome: 'Healthy',
  reason: undefined,
  startedAtMs: nowMs - 3 * dayMs,
  endedAtMs: undefined,
  ...given,
})

const stepRecord = (verb: 'start' | 'restart', unit: string, result: string) => ({
  step: { verb, unit, reason: 'new', changes: [], after: [] },
  startedAtMs: 0,
  endedAtMs: 0,
  result,
})

describe('gitproc history', () => {
  test('a unit that no generation moved is not taken for a host where nothing was applied', () => {
    const none = { generations: [], current: undefined }
    assert.match(renderHistory(none, plainLook)[0]!, /nothing was ever applied/)
    assert.equal(
      renderHistory(none, plainLook, 'web.service')[0],
      'no generation moved web.service, as far as they are kept',
    )
  })

  test('marks what is applied now, and shows outcomes by sign and word', () => {
    const lines = renderHistory(
      { generations: [generation(3), generation(2, { outcome: 'RolledBack' }), generation(1)], current: 3 },
      plainLook,
    )
    assert.match(lines[1]!, /^→ +3 {2}4f2c91a +3d {2}root +Healthy/)
    assert.match(lines[2]!, /^↩ .* RolledBack/)
    assert.match(lines[3]!, /^✓ .* Healthy/)
  })

  test('shows which services moved, and which of them failed how', () => {
    const steps = [
      stepRecord('start', 'web.service', 'ready'),
      stepRecord('restart', 'mailer.service', 'exited 78'),
    ]
    const text = renderHistory(
      { generations: [generation(1, { steps, outcome: 'Degraded' })], current: 1 },
      wideLook,
    ).join('\n')
    assert.match(text, /\+web ×mailer \(exited 78\)/)
  })

  test('a failure with a long reason leaves room for the other columns', () => {
    const steps = [stepRecord('start', 'mailer.service', `could not be started (${'very '.repeat(40)}long)`)]
    const lines = renderHistory({ generations: [generation(1, { steps })], current: 1 }, wideLook)
    assert.match(lines[0]!, /GEN .*AUTHOR .*SERVICES/)
    assert.match(lines[1]!, /×mailer \(could not be started …\)/)
  })

  test('a machine without history says so', () => {
    assert.deepEqual(renderHistory({ generations: [], current: undefined }, plainLook), [
      'no generation yet: nothing was ever applied',
    ])
  })
})
