import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ActualState } from '../../src/plan/actual.ts'
import { diff } from '../../src/plan/diff.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { appliedStateOf, desiredOf, revisionOf } from '../support/desired.ts'
import { service } from '../support/trees.ts'

type Files = Readonly<Record<string, string>>

const planBetween = (before: Files, after: Files): Plan =>
  diff(appliedStateOf(desiredOf(before)), desiredOf(after, 'b'), revisionOf('a'))

const verbs = (plan: Plan): Record<string, string> =>
  Object.fromEntries(plan.steps.map((step) => [step.unit, step.verb]))

describe('a plan', () => {
  test('starts what is new and stops what is gone', () => {
    const plan = planBetween({ 'old.service': service() }, { 'new.service': service() })
    assert.deepEqual(verbs(plan), { 'old.service': 'stop', 'new.service': 'start' })
    assert.deepEqual(
      plan.steps.map((step) => [step.unit, step.reason]),
      [
        ['old.service', 'removed'],
        ['new.service', 'new'],
      ],
    )
  })

  test('starts a new unit only after removed ones have stopped, since it may be one of them renamed', () => {
    const plan = planBetween({ 'old.service': service() }, { 'new.service': service() })
    assert.deepEqual(plan.steps.find((step) => step.unit === 'new.service')?.after, ['old.service'])
  })

  test('has no step for a changed comment, order of keys or white space', () => {
    const before = '[Service]\nExecStart=/bin/sleep 1\nRestart=always\nUMask=022\n'
    const after = '# why\n[Service]\nUMask =  022\n\nRestart=always\n; more\nExecStart=/bin/sleep   1\n'
    assert.deepEqual(verbs(planBetween({ 'a.service': before }, { 'a.service': after })), {
      'a.service': 'keep',
    })
  })

  test('has no step for a default that is now written out', () => {
    const plan = planBetween({ 'a.service': service() }, { 'a.service': service('Restart=no') })
    assert.deepEqual(verbs(plan), { 'a.service': 'keep' })
  })

  test('restarts a unit whose command changed, and names the directive', () => {
    const plan = planBetween(
      { 'a.service': service() },
      { 'a.service': '[Service]\nExecStart=/bin/sleep 2\n' },
    )
    assert.deepEqual(verbs(plan), { 'a.service': 'restart' })
    assert.equal(plan.steps[0]?.reason, 'ExecStart= changed')
  })

  test('applies a new memory limit live', () => {
    const plan = planBetween(
      { 'a.service': service('MemoryMax=1M') },
      { 'a.service': service('MemoryMax=2M') },
    )
    assert.deepEqual(verbs(plan), { 'a.service': 'update' })
    assert.deepEqual(
      plan.steps[0]?.changes.map((change) => change.directive),
      ['Service.MemoryMax'],
    )
  })

  test('moves nothing that an operator holds', () => {
    const actual = new Map(
      [...appliedStateOf(desiredOf({ 'a.service': service() }))].map(([name, unit]) => [
        name,
        { ...unit, isHeld: true, isActive: false },
      ]),
    )
    const plan = diff(actual, desiredOf({ 'a.service': service('UMask=077') }, 'b'), undefined)
    assert.deepEqual(
      plan.steps.map((step) => [step.verb, step.reason]),
      [['keep', 'held']],
    )
  })

  test('starts what was to run and does not, but not what ended by itself', () => {
    const desired = desiredOf({ 'a.service': service(), 'b.service': service() })
    const actual = new Map(appliedStateOf(desired))
    actual.set('a.service', { ...actual.get('a.service')!, isActive: false })
    actual.set('b.service', { ...actual.get('b.service')!, isActive: false, isSettled: true })
    assert.deepEqual(verbs(diff(actual, desired, undefined)), { 'a.service': 'start', 'b.service': 'keep' })
  })

  test('starts units after those they are ordered after, through units that stay', () => {
    const files = {
      'a.service': service(),
      'b.service': service('', 'After=a.service'),
      'c.service': service('', 'After=b.service'),
    }
    const changed = {
      ...files,
      'a.service': service('UMask=077'),
      'c.service': service('UMask=077', 'After=b.service'),
    }
    const plan = planBetween(files, changed)
    assert.deepEqual(verbs(plan), { 'a.service': 'restart', 'c.service': 'restart', 'b.service': 'keep' })
    assert.deepEqual(plan.steps.find((step) => step.unit === 'c.service')?.after, ['a.service'])
  })

  test('restarts a service that runs after its socket, for it has the sockets that it was started with', () => {
    const files = (port: number): Files => ({
      'web.socket': `[Socket]\nListenStream=${port}\n`,
      'web.service': service(),
    })
    const before = desiredOf(files(80))
    const { settings, hash } = before.units.get('web.service')!
    const up = { isActive: true, isSettled: false, isHeld: false, orderedAfter: [] }
    const actual = new Map(appliedStateOf(before)).set('web.service', {
      name: 'web.service',
      settings,
      hash,
      ...up,
    })
    const plan = diff(actual, desiredOf(files(81), 'b'), revisionOf('a'))
    assert.deepEqual(
      plan.steps.map(({ unit, verb, reason, after }) => [unit, verb, reason, after]),
      [
        ['web.socket', 'restart', 'Listen= changed', []],
        ['web.service', 'restart', 'web.socket restarts', ['web.socket']],
      ],
    )
  })

  test('restarts what requires a restarted unit, but not what only wants it', () => {
    const rest = {
      'b.service': service('', 'Requires=a.service'),
      'c.service': service('', 'Wants=a.service'),
    }
    const plan = planBetween(
      { 'a.service': service(), ...rest },
      { 'a.service': service('UMask=077'), ...rest },
    )
    assert.deepEqual(verbs(plan), { 'a.service': 'restart', 'b.service': 'restart', 'c.service': 'keep' })
    assert.equal(plan.steps.find((step) => step.unit === 'b.service')?.reason, 'a.service restarts')
  })

  test('restarts the follower of a unit that was restarted when the daemon was killed', () => {
    const files = (umask: string): Files => ({
      'a.service': service(`UMask=${umask}`),
      'b.service': service('', 'PartOf=a.service'),
      'c.service': service('', 'PartOf=a.service'),
    })
    const desired = desiredOf(files('077'), 'b')
    const planFrom = (a: object): Record<string, string> => {
      const actual = new Map(appliedStateOf(desired))
      actual.set('a.service', { ...actual.get('a.service')!, ...a })
      actual.set('b.service', { ...actual.get('b.service')!, cutShort: 'before its move' })
      actual.set('c.service', { ...actual.get('c.service')!, cutShort: 'after its move' })
      return verbs(diff(actual, desired, revisionOf('a')))
    }
    const rest = { 'b.service': 'restart', 'c.service': 'keep' }
    assert.deepEqual(planFrom({ cutShort: 'after its move' }), { 'a.service': 'keep', ...rest })
    const { settings, hash } = desiredOf(files('022')).units.get('a.service')!
    const stopping = { settings, hash, isActive: false, cutShort: 'before its move' }
    assert.deepEqual(planFrom(stopping), { 'a.service': 'start', ...rest })
    assert.deepEqual(planFrom({}), { 'a.service': 'keep', 'b.service': 'keep', 'c.service': 'keep' })
  })

  test('leaves a service to its timer', () => {
    const timer = '[Timer]\nOnCalendar=daily\n'
    const plan = planBetween({}, { 'job.service': service(), 'job.timer': timer })
    assert.deepEqual(verbs(plan), { 'job.timer': 'start', 'job.service': 'keep' })
  })

  test('stops removed units in reverse order of their start', () => {
    const plan = planBetween(
      {
        'a.service': service(),
        'b.service': service('', 'After=a.service'),
        'c.service': service('', 'After=b.service'),
      },
      {},
    )
    assert.deepEqual(
      plan.steps.map((step) => step.unit),
      ['c.service', 'b.service', 'a.service'],
    )
  })

  test('has the same hash for the same states, and another one for another revision', () => {
    const files = { 'a.service': service() }
    assert.equal(planBetween({}, files).hash, planBetween({}, files).hash)
    assert.notEqual(planBetween({}, files).hash, planBetween({}, { 'a.service': service('UMask=077') }).hash)
  })
})

const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.service`)

/** Random folders: each unit may order itself after units before it in the alphabet, so there is no cycle. */
const folder: fc.Arbitrary<Files> = fc
  .array(
    fc.record({
      present: fc.boolean(),
      umask: fc.constantFrom('022', '077'),
      after: fc.array(fc.nat(4), { maxLength: 3 }),
    }),
    {
      minLength: 5,
      maxLength: 5,
    },
  )
  .map((rows) =>
    Object.fromEntries(
      rows.flatMap((row, index) => {
        const after = row.after.filter((other) => other < index).map((other) => names[other])
        return row.present ? [[names[index]!, service(`UMask=${row.umask}`, `After=${after.join(' ')}`)]] : []
      }),
    ),
  )

/** What the verbs do to a model of the host. */
const carriedOut = (before: ActualState, plan: Plan, after: Files): ActualState => {
  const next = new Map(before)
  const wanted = appliedStateOf(desiredOf(after, 'b'))
  for (const { verb, unit } of plan.steps) {
    if (verb === 'stop') next.delete(unit)
    else if (verb !== 'keep') next.set(unit, wanted.get(unit)!)
  }
  return next
}

describe('laws of plans', () => {
  test('applied to what runs, a plan gives what is desired, and then there is nothing left to do', () => {
    fc.assert(
      fc.property(folder, folder, (before, after) => {
        const actual = appliedStateOf(desiredOf(before))
        const done = carriedOut(actual, diff(actual, desiredOf(after, 'b'), undefined), after)
        const again = diff(done, desiredOf(after, 'b'), undefined)
        assert.deepEqual([...done.keys()].sort(), Object.keys(after).sort())
        assert.ok(again.steps.every((step) => step.verb === 'keep'))
      }),
      { numRuns: 200 },
    )
  })

  test('every step stands behind those it waits for', () => {
    fc.assert(
      fc.property(folder, folder, (before, after) => {
        const { steps } = planBetween(before, after)
        for (const [index, step] of steps.entries()) {
          for (const name of step.after) assert.ok(steps.findIndex((other) => other.unit === name) < index)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('the order of stopping everything is the reverse of the order of starting it', () => {
    fc.assert(
      fc.property(folder, (files) => {
        const starts = planBetween({}, files).steps
        const stops = planBetween(files, {}).steps
        for (const step of starts) {
          for (const earlier of step.after)
            assert.ok(stops.find((other) => other.unit === earlier)?.after.includes(step.unit))
        }
      }),
      { numRuns: 200 },
    )
  })
})
