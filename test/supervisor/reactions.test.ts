import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialServiceState, type ServiceState } from '../../src/lifecycle/service-state.ts'
import type { SubState } from '../../src/lifecycle/sub-state.ts'
import { reactionsTo } from '../../src/supervisor/reactions.ts'
import { loadUnits } from '../../src/units/load.ts'
import { service, someHost, treeOf } from '../support/trees.ts'

const { units } = loadUnits(
  treeOf({
    'db.service': service('', 'OnFailure=alarm.service\nOnSuccess=next.service'),
    'web.service': service('', 'BindsTo=db.service'),
    'guard.service': service('', 'Upholds=db.service'),
    'alarm.service': service(),
    'next.service': service(),
  }),
  someHost,
)

const invocation = { id: 'i', startedAtMs: 0, revision: undefined, mainStartedAtMs: 0 }
const at = (state: SubState, more: Partial<ServiceState> = {}): ServiceState => ({
  ...initialServiceState(0),
  state,
  invocation,
  ...more,
})
const verbs = (after: ServiceState, before = at('final-sigterm')) =>
  reactionsTo('db.service', before, after, { units, isUp: () => true }).map(
    ({ verb, unit }) => `${verb} ${unit}`,
  )

test('a failure stops what is bound to it, calls OnFailure=, and is upheld', () => {
  assert.deepEqual(verbs(at('failed')), ['stop web.service', 'start alarm.service', 'start db.service'])
})

test('an end in good order calls OnSuccess=', () => {
  assert.deepEqual(verbs(at('dead')), ['stop web.service', 'start next.service', 'start db.service'])
})

test('a unit that a person stopped is not upheld', () => {
  assert.deepEqual(verbs(at('dead', { isStopRequested: true })), ['stop web.service', 'start next.service'])
})

test('a unit that only waits for its next start takes with it what is bound to it, and calls nobody', () => {
  assert.deepEqual(verbs(at('auto-restart')), ['stop web.service'])
})

test('a unit that was skipped has not succeeded', () => {
  assert.deepEqual(verbs(at('dead', { conditionResult: false, isStopRequested: true }), at('condition')), [
    'stop web.service',
  ])
})

test('what goes on calls for nothing', () => {
  assert.deepEqual(verbs(at('running'), at('start')), [])
  assert.deepEqual(verbs(at('stop-sigterm'), at('running')), [])
})
