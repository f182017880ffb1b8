import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldNews, unitTopic } from '../../src/controller/news.ts'
import type { UnitStatus } from '../../src/supervisor/unit-status.ts'

const status = (activeState: UnitStatus['activeState'], more: object = {}): UnitStatus =>
  ({ activeState, nextEventAtMs: undefined, health: { state: 'none' }, ...more }) as unknown as UnitStatus

test('a unit is news when nothing of its own will start it again, not while it restarts', () => {
  assert.equal(unitTopic(status('failed'), false), 'unit-failed')
  assert.equal(unitTopic(status('failed', { nextEventAtMs: 5 }), false), undefined)
  assert.equal(unitTopic(status('activating'), false), undefined)
  assert.equal(unitTopic(status('failed'), true), undefined)
})

test('a unit that failed is back when it is up and, where it has a check, healthy', () => {
  assert.equal(unitTopic(status('activating'), true), undefined)
  assert.equal(unitTopic(status('active', { health: { state: 'starting' } }), true), undefined)
  assert.equal(unitTopic(status('active', { health: { state: 'healthy' } }), true), 'unit-recovered')
  assert.equal(unitTopic(status('inactive'), true), 'unit-recovered')
  assert.equal(unitTopic(status('active'), false), undefined)
})

test('folding the journal after a restart gives what was known before it', () => {
  const event = fc.oneof(
    fc.record({
      topic: fc.constantFrom('unit-failed', 'unit-recovered'),
      unit: fc.constantFrom('a', 'b'),
    } as const),
    fc.record({
      topic: fc.constant('source-trouble'),
      code: fc.constantFrom('git/no-branch', 'git/unreadable'),
    } as const),
    fc.constant({ topic: 'source-restored' } as const),
    fc.record({ topic: fc.constant('generation'), generation: fc.nat(9) } as const),
  )
  fc.assert(
    fc.property(fc.array(event), fc.nat(), (events, at) => {
      const [before, after] = [events.slice(0, at), events.slice(at)]
      assert.deepEqual(foldNews(events), foldNews(after, foldNews(before)))
    }),
  )
})
