import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Usage } from '../../../src/executor/executor.ts'
import { intervalAfter, Sampler } from '../../../src/supervisor/metrics/sampler.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const usage = (cpuUsec: number): Usage => ({
  memoryBytes: 1 << 20,
  memoryPeakBytes: undefined,
  cpuUsec,
  tasks: 1,
  ioReadBytes: 0,
  ioWriteBytes: 0,
})

describe('the sampler', () => {
  const sampling = (costMs = 0) => {
    const clock = new FakeClock()
    const running = new Set(['web.service'])
    const asked: (Usage | undefined)[] = []
    let [cpuUsec, cpuMs] = [0, 0]
    const sampler = new Sampler({
      clock,
      running: () => running,
      cpuMs: () => cpuMs,
      executor: {
        readUsage: (_, earlier) => {
          asked.push(earlier)
          cpuMs += costMs
          cpuUsec += 1_500_000
          return usage(cpuUsec)
        },
      },
    })
    return { clock, running, asked, sampler }
  }

  test('looks at what runs every 15 seconds, and tells its share of the CPU between two looks', async () => {
    const { clock, sampler } = sampling()
    await clock.advance(14_999)
    assert.deepEqual(sampler.points('web.service'), [])
    await clock.advance(15_001)
    const [first, second] = sampler.points('web.service')
    assert.ok(Number.isNaN(first!.cpuCores))
    assert.equal(second!.cpuCores.toFixed(3), '0.100')
    assert.equal(second!.atMs - first!.atMs, 15_000)
  })

  test('hands over what it read before, so that an idle unit costs one read', async () => {
    const { clock, asked } = sampling()
    await clock.advance(30_000)
    assert.deepEqual(asked, [undefined, usage(1_500_000)])
  })

  test('starts from nothing with a unit that was down meanwhile', async () => {
    const { clock, running, asked } = sampling()
    await clock.advance(15_000)
    running.clear()
    await clock.advance(15_000)
    running.add('web.service')
    await clock.advance(15_000)
    assert.deepEqual(asked, [undefined, undefined])
  })

  test('looks the more seldom the more a look costs', async () => {
    const { clock, asked } = sampling(30)
    await clock.advance(15_000)
    await clock.advance(99_999)
    assert.equal(asked.length, 1)
    await clock.advance(1)
    assert.equal(asked.length, 2)
    assert.equal(intervalAfter(1), 15_000)
    assert.equal(intervalAfter(30), 100_000)
  })

  test('keeps an hour', async () => {
    const { clock, sampler } = sampling()
    for (let look = 0; look < 300; look += 1) await clock.advance(15_000)
    const points = sampler.points('web.service')
    assert.equal(points.length, 240)
    assert.equal(points.at(-1)!.atMs - points[0]!.atMs, 239 * 15_000)
  })

  test('takes up many units little by little, so that no look costs much', async () => {
    const { clock, running, asked, sampler } = sampling()
    for (let unit = 1; unit < 120; unit += 1) running.add(`unit-${unit}.service`)
    await clock.advance(15_000)
    assert.equal(asked.length, 50)
    await clock.advance(30_000)
    assert.equal(sampler.points('web.service').length, 3)
    assert.equal(sampler.points('unit-119.service').length, 1)
  })

  test('looks no more after its end', async () => {
    const { clock, asked, sampler } = sampling()
    sampler.close()
    await clock.advance(60_000)
    assert.deepEqual(asked, [])
  })
})
