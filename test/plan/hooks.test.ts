import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefused } from '../../src/plan/desired-state.ts'
import { diff } from '../../src/plan/diff.ts'
import { type Occasion, withHooks } from '../../src/plan/hooks.ts'
import { appliedStateOf, desiredOf, revisionOf } from '../support/desired.ts'
import { service } from '../support/trees.ts'

const hook = (kind: string, unit = ''): string =>
  `${service('Type=oneshot', unit)}[Install]\nDeployHook=${kind}\n`

const hooks = {
  'check.service': hook('PreSync', 'After=migrate.service'),
  'migrate.service': hook('PreSync'),
  'smoke.service': hook('PostSync'),
  'alarm.service': hook('SyncFail'),
}

const stepsOf = (before: string, after: string, occasion: Occasion, isOpen = false): readonly string[] => {
  const actual = appliedStateOf(desiredOf({ 'a.service': before, ...hooks }))
  const desired = desiredOf(
    { 'a.service': after, 'b.service': service('', 'After=a.service'), ...hooks },
    'b',
  )
  const known = new Map([...actual, ['b.service', appliedStateOf(desired).get('b.service')!] as const])
  const plan = withHooks(diff(known, desired, revisionOf('a')), desired, { occasion, isOpen })
  return plan.steps
    .filter(({ verb }) => verb !== 'keep')
    .map(({ verb, unit, reason, after: waits }) =>
      `${verb} ${unit}: ${reason}; after ${waits.join(' ')}`.trim(),
    )
}

describe('hooks in a plan', () => {
  const changed = service('UMask=077')

  test('stand before and behind everything that moves, in their own order', () => {
    assert.deepEqual(stepsOf(service(), changed, 'sync'), [
      'start migrate.service: PreSync hook; after',
      'start check.service: PreSync hook; after migrate.service',
      'restart a.service: UMask= changed; after check.service migrate.service',
      'start smoke.service: PostSync hook; after a.service check.service migrate.service',
    ])
  })

  test('do not run where nothing moves, unless a deployment was cut short', () => {
    assert.deepEqual(stepsOf(service(), service(), 'sync'), [])
    assert.deepEqual(
      stepsOf(service(), service(), 'sync', true).map((step) => step.split(':')[0]),
      ['start migrate.service', 'start check.service', 'start smoke.service'],
    )
  })

  test('of a failure stand behind the way back; keeping things up runs none', () => {
    assert.deepEqual(stepsOf(service(), changed, 'failure'), [
      'restart a.service: UMask= changed; after',
      'start alarm.service: SyncFail hook; after a.service',
    ])
    assert.deepEqual(stepsOf(service(), changed, 'upkeep'), ['restart a.service: UMask= changed; after'])
  })

  test('are wanted by nothing else, and must be oneshots that end', () => {
    const desired = desiredOf(hooks)
    assert.deepEqual(
      [...desired.units.values()].filter(({ isWanted }) => isWanted),
      [],
    )
    assert.ok(!isRefused(desired.diagnostics))
    const refused = (text: string): boolean => isRefused(desiredOf({ 'x.service': text }).diagnostics)
    assert.ok(refused(`${service()}[Install]\nDeployHook=PreSync\n`))
    assert.ok(refused(`${service('Type=oneshot\nRemainAfterExit=yes')}[Install]\nX-DeployHook=PostSync\n`))
    assert.ok(!refused(`${service('Type=oneshot')}[Install]\nX-DeployHook=PostSync\n`))
  })
})
