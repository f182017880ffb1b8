import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Figures } from '../../../src/supervisor/metrics/figures.ts'
import { History } from '../../../src/supervisor/metrics/history.ts'

const figures = (memoryBytes: number): Figures => ({
  cpuCores: 0.25,
  memoryBytes,
  tasks: 2,
  ioReadBytesPerSecond: Number.NaN,
  ioWriteBytesPerSecond: 0,
})

const look = (units: Readonly<Record<string, number>>): ReadonlyMap<string, Figures> =>
  new Map(Object.entries(units).map(([unit, memory]) => [unit, figures(memory)]))

const memoryOf = (history: History, unit: string): readonly number[] =>
  history.points(unit).map((point) => point.memoryBytes)

describe('the history of figures', () => {
  test('holds the last looks, the oldest first', () => {
    const history = new History(3)
    for (const count of [1, 2, 3, 4, 5]) history.record(count * 1000, look({ web: count }))
    assert.deepEqual(
      history.points('web').map(({ atMs, memoryBytes, cpuCores }) => ({ atMs, memoryBytes, cpuCores })),
      [3, 4, 5].map((count) => ({ atMs: count * 1000, memoryBytes: count, cpuCores: 0.25 })),
    )
    assert.ok(Number.isNaN(history.points('web')[0]!.ioReadBytesPerSecond))
  })

  test('has a gap while a unit did not run', () => {
    const history = new History(4)
    history.record(1, look({ web: 10, db: 1 }))
    history.record(2, look({ db: 2 }))
    history.record(3, look({ web: 30, db: 3 }))
    assert.deepEqual(
      history.points('web').map(({ atMs, memoryBytes }) => [atMs, memoryBytes]),
      [
        [1, 10],
        [3, 30],
      ],
    )
  })

  test('forgets a unit when its last figures have gone, and gives the memory back', () => {
    const history = new History(3)
    history.record(1, look({ gone: 1 }))
    for (const atMs of [2, 3]) history.record(atMs, look({ web: atMs }))
    assert.equal(memoryOf(history, 'gone').length, 1)
    history.record(4, look({ web: 4 }))
    assert.deepEqual(memoryOf(history, 'gone'), [])
    assert.equal(history.size, 1)
  })

  test('knows nothing of a unit that never ran', () => {
    assert.deepEqual(new History(3).points('web'), [])
  })

  test('holds what a plain list of the last looks would hold', () => {
    const looks = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 1000 })), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(looks, fc.integer({ min: 1, max: 7 }), (given, slots) => {
        const history = new History(slots)
        for (const [index, units] of given.entries()) history.record(index, look(units))
        const kept = given.slice(-slots)
        for (const unit of ['a', 'b', 'c'])
          assert.deepEqual(
            memoryOf(history, unit),
            kept.flatMap((units) => (Object.hasOwn(units, unit) ? [units[unit]!] : [])),
          )
      }),
    )
  })
})
