import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Usage } from '../../../src/executor/executor.ts'
import { figuresBetween } from '../../../src/supervisor/metrics/figures.ts'

const usage = (changed: Partial<Usage>): Usage => ({
  memoryBytes: 1000,
  memoryPeakBytes: undefined,
  cpuUsec: 0,
  tasks: 1,
  ioReadBytes: 0,
  ioWriteBytes: 0,
  ...changed,
})

describe('the figures of a unit', () => {
  test('tell how many cores it kept busy, and how much it read and wrote in a second', () => {
    const earlier = { atMs: 10_000, usage: usage({ cpuUsec: 1_000_000, ioReadBytes: 500 }) }
    const later = {
      atMs: 14_000,
      usage: usage({ cpuUsec: 7_000_000, ioReadBytes: 4500, ioWriteBytes: 8000 }),
    }
    assert.deepEqual(figuresBetween(earlier, later), {
      cpuCores: 1.5,
      memoryBytes: 1000,
      tasks: 1,
      ioReadBytesPerSecond: 1000,
      ioWriteBytesPerSecond: 2000,
    })
  })

  test('have no rates at the first look, nor where the host tells no counters', () => {
    const first = figuresBetween(undefined, { atMs: 0, usage: usage({ cpuUsec: 5 }) })
    assert.ok(Number.isNaN(first.cpuCores))
    assert.equal(first.memoryBytes, 1000)
    const silent = usage({ cpuUsec: undefined, memoryBytes: undefined })
    const untold = figuresBetween({ atMs: 0, usage: silent }, { atMs: 1000, usage: silent })
    assert.ok(Number.isNaN(untold.cpuCores) && Number.isNaN(untold.memoryBytes))
  })

  test('count from zero when a restart has begun the counters anew', () => {
    const earlier = { atMs: 0, usage: usage({ cpuUsec: 90_000_000 }) }
    assert.equal(figuresBetween(earlier, { atMs: 1000, usage: usage({ cpuUsec: 500_000 }) }).cpuCores, 0.5)
  })

  test('have no rates when the clock was set back', () => {
    const earlier = { atMs: 5000, usage: usage({}) }
    assert.ok(Number.isNaN(figuresBetween(earlier, { atMs: 4000, usage: usage({ cpuUsec: 1 }) }).cpuCores))
  })

  test('are never negative', () => {
    const count = fc.nat({ max: 2 ** 40 })
    fc.assert(
      fc.property(count, count, fc.nat(), fc.nat(), (before, after, atMs, elapsedMs) => {
        const { cpuCores } = figuresBetween(
          { atMs, usage: usage({ cpuUsec: before }) },
          { atMs: atMs + elapsedMs, usage: usage({ cpuUsec: after }) },
        )
        assert.ok(!(cpuCores < 0))
      }),
    )
  })
})
