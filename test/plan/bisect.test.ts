import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nextTrial, type Verdict } from '../../src/plan/bisect.ts'

/** Searches as the command does; gives what was found and how many trials it took. */
const search = (
  count: number,
  judge: (index: number) => Verdict,
): { readonly from: number; readonly index: number; readonly runs: number } => {
  const hashes = Array.from({ length: count + 1 }, (_, index) => `definition ${index}`)
  const verdicts = new Map<string, Verdict>()
  for (let runs = 0; ; runs++) {
    const next = nextTrial({ hashes, verdicts })
    if (next.kind === 'found') return { from: next.from, index: next.index, runs }
    assert.ok(!verdicts.has(hashes[next.index]!), 'nothing is tried twice')
    verdicts.set(hashes[next.index]!, judge(next.index))
  }
}

describe('the search for the commit that broke a unit', () => {
  test('needs six runs for sixty-four commits, wherever the bad one is', () => {
    for (let bad = 1; bad <= 64; bad++) {
      const found = search(64, (index) => (index >= bad ? 'bad' : 'good'))
      assert.equal(found.index, bad)
      assert.equal(found.from, bad)
      assert.ok(found.runs <= 6, `${found.runs} runs for ${bad}`)
    }
  })

  test('finds it among commits that cannot be tried, or says which ones it may be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        (count, at, untestable) => {
          const bad = 1 + (at % count)
          const found = search(count, (index) =>
            untestable.includes(index) ? 'untestable' : index >= bad ? 'bad' : 'good',
          )
          assert.ok(found.from <= bad && bad <= found.index)
          for (let index = found.from; index < found.index; index++) assert.ok(untestable.includes(index))
        },
      ),
    )
  })

  test('tries a definition that comes back only once', () => {
    const hashes = ['a', 'b', 'a', 'b', 'c', 'd']
    const verdicts = new Map<string, Verdict>([['b', 'good']])
    assert.deepEqual(nextTrial({ hashes, verdicts }), { kind: 'try', index: 4, runsLeft: 1 })
  })
})
