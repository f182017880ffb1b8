import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialHealth, isExpectedStatus, nextHealth, nextProbeAtMs } from '../../src/lifecycle/health.ts'
import type { HealthPolicy } from '../../src/lifecycle/service-policy.ts'

const policy: HealthPolicy = {
  intervalMs: 10_000,
  timeoutMs: 1000,
  retries: 3,
  successes: 1,
  startPeriodMs: 60_000,
  whenUnhealthy: 'restart',
}
const good = { isGood: true, detail: '200' }
const bad = { isGood: false, detail: '503' }

test('one good probe makes a starting service healthy', () => {
  assert.equal(nextHealth(initialHealth(0), good, policy, 5).state, 'healthy')
})

test('failures within the start period do not count', () => {
  let record = initialHealth(0)
  for (let now = 0; now < 60_000; now += 1000) record = nextHealth(record, bad, policy, now)
  assert.equal(record.state, 'starting')
  assert.equal(record.failures, 0)
})

test('once healthy, so many failures in a row as HealthCheckRetries= make it unhealthy', () => {
  let record = nextHealth(initialHealth(0), good, policy, 0)
  for (const now of [10_000, 20_000]) record = nextHealth(record, bad, policy, now)
  assert.equal(record.state, 'healthy')
  assert.equal(record.detail, '503, 2 of 3')
  assert.equal(nextHealth(record, bad, policy, 30_000).state, 'unhealthy')
  assert.equal(nextHealth(record, good, policy, 30_000).failures, 0)
})

test('so many good probes in a row as HealthCheckSuccesses= make it healthy, at first and again', () => {
  const wary = { ...policy, successes: 3, startPeriodMs: 0 }
  const after = (results: readonly (typeof good)[]) =>
    results.reduce(
      (record, result, index) => nextHealth(record, result, wary, index * 10_000),
      initialHealth(0),
    )
  assert.equal(after([good, good]).state, 'starting')
  assert.equal(after([good, good]).detail, '200, good 2 of 3')
  assert.equal(after([good, good, bad, good, good]).state, 'starting')
  const sick = [good, good, good, bad, bad, bad]
  assert.equal(after(sick).state, 'unhealthy')
  assert.equal(after([...sick, good, good]).state, 'unhealthy')
  assert.equal(after([...sick, good, bad, good, good]).state, 'unhealthy')
  assert.equal(after([...sick, good, good, good]).state, 'healthy')
})

test('a record of an earlier version, which counted no successes, goes on', () => {
  const { successes: _, ...old } = { ...initialHealth(0), state: 'unhealthy' as const, failures: 3 }
  assert.equal(nextHealth(old, good, policy, 1).state, 'healthy')
})

test('a service that never was healthy has its retries, an interval apart, however quick the probes are', () => {
  const eager = { ...policy, startPeriodMs: 0 }
  let record = initialHealth(0)
  let now = 0
  while (record.state === 'starting') {
    now = nextProbeAtMs(record, eager, now)
    record = nextHealth(record, bad, eager, now)
  }
  assert.ok(now >= eager.retries * eager.intervalMs, `unhealthy after ${now} ms`)
})

test('the first probes follow each other quickly, later ones by the interval', () => {
  assert.equal(nextProbeAtMs({ ...initialHealth(0), probes: 1 }, policy, 0), 100)
  assert.equal(nextProbeAtMs({ ...initialHealth(0), probes: 30 }, policy, 0), 10_000)
  assert.equal(nextProbeAtMs(nextHealth(initialHealth(0), good, policy, 0), policy, 0), 10_000)
})

test('HealthCheckExpectedStatus= takes ranges and single statuses', () => {
  const ranges = [
    { from: 200, to: 204 },
    { from: 404, to: 404 },
  ]
  assert.deepEqual(
    [199, 200, 204, 205, 404].map((status) => isExpectedStatus(status, ranges)),
    [false, true, true, false, true],
  )
})
