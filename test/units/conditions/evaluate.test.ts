import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evaluateConditions } from '../../../src/units/conditions/evaluate.ts'
import { conditionKinds } from '../../../src/units/conditions/kinds.ts'
import { parseConditionText } from '../../../src/units/conditions/parse.ts'
import type { Condition } from '../../../src/units/values.ts'
import { fakeFacts } from './fake-facts.ts'

const position = { file: 'web.service', line: 3, column: 1 }

/** `ConditionPathExists=|!/x` as it stands in a unit file. */
const condition = (assignment: string): Condition => {
  const at = assignment.indexOf('=')
  return { kind: assignment.slice(0, at), ...parseConditionText(assignment.slice(at + 1)), position }
}

const verdict = (...assignments: string[]) => evaluateConditions(assignments.map(condition), fakeFacts())

test('a unit without conditions may start', () => {
  assert.deepEqual(verdict(), { holds: true, why: '' })
})

test('all conditions must hold', () => {
  assert.ok(verdict('ConditionPathExists=/there', 'ConditionUser=web').holds)
  const { holds, failed, why } = verdict('ConditionPathExists=/there', 'ConditionUser=root')
  assert.equal(holds, false)
  assert.equal(failed?.kind, 'ConditionUser')
  assert.equal(why, 'ConditionUser=root is not met')
})

test('an exclamation mark turns a condition round', () => {
  assert.ok(verdict('ConditionPathExists=! /gone').holds)
  assert.equal(verdict('ConditionPathExists=!/there').why, 'ConditionPathExists=!/there is not met')
})

test('of those with a bar one is enough, beside all those without', () => {
  assert.ok(verdict('ConditionPathExists=|/gone', 'ConditionPathExists=|/there').holds)
  assert.ok(verdict('ConditionPathExists=|!/there', 'ConditionPathExists=|/there', 'ConditionUser=web').holds)
  assert.ok(!verdict('ConditionPathExists=|/there', 'ConditionUser=root').holds)
  assert.equal(
    verdict('ConditionPathExists=|/gone', 'ConditionUser=|root').why,
    'none of ConditionPathExists=|/gone, ConditionUser=|root is met',
  )
})

test('a condition without meaning is met neither plain nor negated', () => {
  for (const text of [
    'ConditionCPUs=many',
    'ConditionCPUs=!many',
    'ConditionACPower=!maybe',
    'ConditionCapability=CAP_FOO',
  ])
    assert.match(verdict(text).why, /has no meaning, so it is not met$/, text)
})

test('an assertion is judged as the condition of the same name', () => {
  assert.ok(verdict('AssertPathExists=/there').holds)
  assert.ok(!verdict('AssertPathExists=/gone').holds)
})

test('conditions and their negations are opposite, for any parameter that has a meaning', () => {
  fc.assert(
    fc.property(fc.constantFrom(...conditionKinds), fc.string({ minLength: 1 }), (kind, parameter) => {
      const [plain, negated] = [false, true].map((negate) =>
        evaluateConditions(
          [{ kind: `Condition${kind}`, trigger: false, negate, parameter, position }],
          fakeFacts(),
        ),
      )
      if (!plain!.why.includes('no meaning')) assert.notEqual(plain!.holds, negated!.holds)
    }),
    { numRuns: 1000 },
  )
})
