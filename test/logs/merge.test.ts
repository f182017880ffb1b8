import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergeSorted } from '../../src/logs/merge.ts'

const ascending = (a: number, b: number): number => a - b

async function* inBatches(numbers: readonly number[], size: number): AsyncGenerator<readonly number[]> {
  for (let at = 0; at < numbers.length; at += size) yield numbers.slice(at, at + size)
  yield []
}

const collect = async <T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> => {
  const all: T[] = []
  for await (const batch of batches) all.push(...batch)
  return all
}

test('merging sorted sources gives all they have, sorted', async () => {
  const sources = fc.array(fc.array(fc.nat(50)), { maxLength: 9 })
  await fc.assert(
    fc.asyncProperty(sources, fc.integer({ min: 1, max: 5 }), async (lists, size) => {
      const sorted = lists.map((list) => list.toSorted(ascending))
      const merged = await collect(
        mergeSorted(
          sorted.map((list) => inBatches(list, size)),
          ascending,
        ),
      )
      assert.deepEqual(merged, lists.flat().toSorted(ascending))
    }),
  )
})

test('lines of one stream stay in their order even if the clock was set back', async () => {
  const lists = fc.array(fc.array(fc.nat(50)), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(lists, async (sources) => {
      const tagged = sources.map((list, source) => list.map((time, i) => ({ time, source, i })))
      const iterators = tagged.map(async function* (list) {
        yield list
      })
      const merged = await collect(
        mergeSorted(
          iterators.map((make) => make),
          (a, b) => a.time - b.time,
        ),
      )
      for (const [source, list] of tagged.entries()) {
        assert.deepEqual(
          merged.filter((item) => item.source === source),
          list,
        )
      }
    }),
  )
})

test('who stops reading closes the files of all sources', async () => {
  let closed = 0
  const endless = async function* (): AsyncGenerator<readonly number[]> {
    try {
      for (let i = 0; ; i++) yield [i]
    } finally {
      closed++
    }
  }
  for await (const batch of mergeSorted([endless(), endless()], ascending)) {
    assert.ok(batch.length > 0)
    break
  }
  assert.equal(closed, 2)
})
