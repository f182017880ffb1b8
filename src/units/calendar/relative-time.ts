/** How far a moment is from now, in systemd's words: `2 weeks 3 days left`, `5min 20s ago`. */
import { usecPer } from '../time-span/units.ts'

export const relativeTime = (usec: number, nowUsec: number): string => {
  if (usec === nowUsec) return 'now'
  return `${roughSpan(BigInt(Math.abs(usec - nowUsec)))} ${usec < nowUsec ? 'ago' : 'left'}`
}

/** The coarser the longer: at most two units. */
const roughSpan = (span: bigint): string => {
  const { year, month, week, day, hour, minute, second, msec } = usecPer
  if (span >= year) return `${count(span / year, 'year')} ${count((span % year) / month, 'month')}`
  if (span >= month) return `${count(span / month, 'month')} ${count((span % month) / day, 'day')}`
  if (span >= week) return `${count(span / week, 'week')} ${count((span % week) / day, 'day')}`
  if (span >= 2n * day) return count(span / day, 'day')
  if (span >= 25n * hour) return `1 day ${(span - day) / hour}h`
  if (span >= 6n * hour) return `${span / hour}h`
  if (span >= hour) return `${span / hour}h ${(span % hour) / minute}min`
  if (span >= 5n * minute) return `${span / minute}min`
  if (span >= minute) return `${span / minute}min ${(span % minute) / second}s`
  if (span >= second) return `${span / second}s`
  return span >= msec ? `${span / msec}ms` : `${span}us`
}

const count = (amount: bigint, unit: string): string => `${amount} ${unit}${amount === 1n ? '' : 's'}`
