import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { judgeRemovals, type PruneLimit, parsePruneLimit } from '../../src/plan/prune.ts'

const units = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}.service`)

/** Of `present` units the first `removed` are gone. */
const waits = (limit: string, present: number, removed: number): boolean => {
  const gone = new Set(units(removed))
  const parsed = parsePruneLimit(limit)
  assert.ok(parsed, limit)
  return judgeRemovals(units(present), (unit) => !gone.has(unit), parsed) !== undefined
}

describe('a limit on removals', () => {
  const cases: readonly [limit: string, present: number, removed: number, waits: boolean][] = [
    ['50%', 4, 2, false],
    ['50%', 4, 3, true],
    ['50%', 10, 5, false],
    ['50%', 11, 6, true],
    ['50%', 1, 1, true],
    ['100%', 4, 3, false],
    ['100%', 4, 4, true],
    ['0%', 4, 1, true],
    ['3', 100, 3, false],
    ['3', 100, 4, true],
    ['3', 2, 2, true],
    ['0', 4, 1, true],
    ['infinity', 4, 4, false],
    ['50%', 0, 0, false],
    ['0', 4, 0, false],
  ]
  for (const [limit, present, removed, expected] of cases)
    test(`of ${limit} lets ${removed} of ${present} ${expected ? 'wait' : 'go'}`, () =>
      assert.equal(waits(limit, present, removed), expected))

  test('is a number, a percentage or infinity, and nothing else', () => {
    for (const text of ['', '101%', '-1', '1.5', '50 %', 'many', '%'])
      assert.equal(parsePruneLimit(text), undefined)
  })
})

const someLimit: fc.Arbitrary<PruneLimit> = fc.oneof(
  fc.nat(20).map((count): PruneLimit => ({ kind: 'count', count })),
  fc.nat(100).map((percent): PruneLimit => ({ kind: 'percent', percent })),
)

test('removing everything always waits, and removing more never waits less', () => {
  fc.assert(
    fc.property(someLimit, fc.integer({ min: 1, max: 30 }), (limit, present) => {
      const judged = units(present).map((_, index) => {
        const gone = new Set(units(index + 1))
        return judgeRemovals(units(present), (unit) => !gone.has(unit), limit) !== undefined
      })
      assert.equal(judged.at(-1), true)
      for (const [index, isWaiting] of judged.entries())
        if (isWaiting) assert.ok(judged.slice(index).every(Boolean))
    }),
  )
})

test('what would be removed is said by name', () => {
  const found = judgeRemovals(['b.service', 'a.service', 'c.service'], (unit) => unit === 'c.service', {
    kind: 'count',
    count: 1,
  })
  assert.deepEqual(found, { removed: ['a.service', 'b.service'], present: 3 })
})
