/** StartLimitIntervalSec= and StartLimitBurst= (systemd.unit(5)): so many starts in such a time, then no more. */
import type { StartLimit } from './service-policy.ts'

/** The starts that still count at `now`. */
export const startsInInterval = (
  starts: readonly number[],
  limit: StartLimit,
  now: number,
): readonly number[] =>
  isLimited(limit) ? starts.filter((atMs) => atMs > now - limit.intervalMs).slice(-limit.burst) : []

/** Whether one more start at `now` is one too many. */
export const isOverLimit = (starts: readonly number[], limit: StartLimit, now: number): boolean =>
  isLimited(limit) && startsInInterval(starts, limit, now).length >= limit.burst

const isLimited = ({ intervalMs, burst }: StartLimit): boolean => intervalMs > 0 && burst > 0
