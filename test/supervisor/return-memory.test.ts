import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectGarbage, returnMemory } from '../../src/supervisor/return-memory.ts'
import type { UnitChange } from '../../src/supervisor/supervisor-port.ts'
import { FakeClock } from '../support/fake-clock.ts'

const setUp = () => {
  const clock = new FakeClock()
  const listeners = new Set<(change: UnitChange) => void>()
  let collections = 0
  const end = returnMemory({
    clock,
    supervisor: {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    collect: () => void collections++,
  })
  const change = (times: number): void => {
    for (let i = 0; i < times; i++) for (const listener of listeners) listener({} as UnitChange)
  }
  return { clock, change, end, collections: () => collections }
}

test('memory is given back once, when a burst of changes has ended', async () => {
  const { clock, change, collections } = setUp()
  change(300)
  await clock.advance(4000)
  change(1)
  await clock.advance(4000)
  assert.equal(collections(), 0)
  await clock.advance(2000)
  assert.equal(collections(), 1)
  await clock.advance(600_000)
  assert.equal(collections(), 1)
})

test('a few changes are not worth it, and one that is closed does nothing', async () => {
  const { clock, change, end, collections } = setUp()
  change(20)
  await clock.advance(60_000)
  change(300)
  end()
  await clock.advance(60_000)
  assert.equal(collections(), 0)
})

test('what nobody needs any more is freed, pages and all', () => {
  let garbage: unknown[] | undefined = Array.from({ length: 400_000 }, (_, i) => ({ i }))
  const before = process.memoryUsage()
  assert.ok(garbage.length > 0)
  garbage = undefined
  collectGarbage()
  const after = process.memoryUsage()
  assert.ok(after.heapTotal < before.heapTotal - 5_000_000, `${before.heapTotal} → ${after.heapTotal}`)
})
