/** When a remote is asked again: a little around the interval, and after failures sooner at first, then ever later. */
import type { Retry } from '../../base/error.ts'

export interface PollFacts {
  readonly intervalMs: number
  /** How many looks in a row have failed. */
  readonly failures: number
  /** Of the last failure: what only a person can mend is not tried more often than usual. */
  readonly retry: Retry
  /** From 0 up to 1. */
  readonly random: number
}

const firstRetryMs = 5000
const longestRetryMs = 10 * 60_000
const jitter = 0.1

export const pollDelay = ({ intervalMs, failures, retry, random }: PollFacts): number => {
  const around = 1 - jitter + 2 * jitter * random
  if (failures === 0) return intervalMs * around
  const first = retry === 'never' ? intervalMs : Math.min(firstRetryMs, intervalMs)
  const longest = Math.max(longestRetryMs, intervalMs)
  return Math.min(first * 2 ** Math.min(failures - 1, 20), longest) * around
}
