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
  countedAtMs: undefined,
  probes: 0,
  checkedAtMs: undefined,
  detail: 'not checked yet',
})

/** One good probe makes it healthy; `retries` failures in a row, outside of the start period, make it unhealthy. */
export function nextHealth(
  record: HealthRecord,
  result: ProbeResult,
  policy: HealthPolicy,
  now: number,
): HealthRecord {
  const seen = { ...record, probes: record.probes + 1, checkedAtMs: now, detail: result.detail }
  if (result.isGood) return { ...seen, state: 'healthy', failures: 0, countedAtMs: undefined }
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
