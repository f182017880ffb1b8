/** The verdict of a health check: a small machine over the results of its probes. */
import type { StatusRange } from '../units/values.ts'
import type { HealthPolicy } from './service-policy.ts'

export type HealthState = 'none' | 'starting' | 'healthy' | 'unhealthy'

export interface HealthRecord {
  readonly state: Exclude<HealthState, 'none'>
  /** Epoch ms of the start that this record is about. */
  readonly sinceMs: number
  /** Consecutive failures that count. */
  readonly failures: number
  /** Consecutive successes; absent in records of earlier versions. */
  readonly successes?: number
  /** Epoch ms of the last failure that counted. */
  readonly countedAtMs: number | undefined
  /** Probes made so far. */
  readonly probes: number
  readonly checkedAtMs: number | undefined
  /** Of the last probe: `200`, `connection refused`. */
  readonly detail: string
}

export interface ProbeResult {
  readonly isGood: boolean
  readonly detail: string
}

export const initialHealth = (now: number): HealthRecord => ({
  state: 'starting',
  sinceMs: now,
  failures: 0,
  successes: 0,
  countedAtMs: undefined,
  probes: 0,
  checkedAtMs: undefined,
  detail: 'not checked yet',
})

/** `successes` good probes in a row make it healthy; `retries` bad ones, outside of the start period, unhealthy. */
export function nextHealth(
  record: HealthRecord,
  result: ProbeResult,
  policy: HealthPolicy,
  now: number,
): HealthRecord {
  const successes = result.isGood ? (record.successes ?? 0) + 1 : 0
  const seen = { ...record, probes: record.probes + 1, successes, checkedAtMs: now, detail: result.detail }
  if (result.isGood) return afterSuccess({ ...seen, failures: 0, countedAtMs: undefined }, policy)
  if (!counts(record, policy, now)) return seen
  const failures = record.failures + 1
  const state = failures >= policy.retries ? 'unhealthy' : record.state
  return {
    ...seen,
    state,
    failures,
    countedAtMs: now,
    detail: `${result.detail}, ${failures} of ${policy.retries}`,
  }
}

function afterSuccess(
  record: HealthRecord & { readonly successes: number },
  policy: HealthPolicy,
): HealthRecord {
  if (record.state === 'healthy' || record.successes >= policy.successes)
    return { ...record, state: 'healthy', successes: Math.min(record.successes, policy.successes) }
  return { ...record, detail: `${record.detail}, good ${record.successes} of ${policy.successes}` }
}

/** Until it was healthy once, failures within the start period are none, and the quick probes between two intervals neither. */
function counts(record: HealthRecord, policy: HealthPolicy, now: number): boolean {
  if (record.state !== 'starting') return true
  if (now < record.sinceMs + policy.startPeriodMs) return false
  return (
    now >= (record.countedAtMs ?? record.sinceMs) + policy.intervalMs || record.probes >= quickProbes(policy)
  )
}

/**
 * While starting it is probed at once and then at growing distances up to the interval, so that those who wait for it
 * need not wait for a whole interval; later once in each interval.
 */
export function nextProbeAtMs(record: HealthRecord, policy: HealthPolicy, now: number): number {
  if (record.state !== 'starting') return now + policy.intervalMs
  return now + Math.min(policy.intervalMs, firstDistanceMs * 2 ** record.probes)
}

const firstDistanceMs = 50

/** How many probes there are before the distance between them has grown to the interval. */
const quickProbes = ({ intervalMs }: HealthPolicy): number =>
  Math.max(0, Math.ceil(Math.log2(Math.max(intervalMs, 1) / firstDistanceMs)))

/** HealthCheckExpectedStatus=: `200-399`, `200,204`. */
export const isExpectedStatus = (status: number, ranges: readonly StatusRange[]): boolean =>
  ranges.some(({ from, to }) => status >= from && status <= to)
