/** Time spans as values of directives: microseconds, `Infinity` for `infinity` (systemd.time(7)). */
import type { ValueType } from '../directive.ts'
import { formatTimeSpan } from '../time-span/format.ts'
import { parseTimeSpan } from '../time-span/time-span.ts'
import { emptyMeans, scalar } from './value-type.ts'

const name = 'a time span such as 5min 20s'
const man = 'systemd.time(7)'

export const timeSpan: ValueType<number> = scalar(name, (text) => parseTimeSpan(text), {
  man,
  print: formatTimeSpan,
})

/** For time-outs: 0 switches them off, as `infinity` does. */
export const timeout: ValueType<number> = scalar(
  name,
  (text) => {
    const usec = parseTimeSpan(text)
    return usec === 0 ? Number.POSITIVE_INFINITY : usec
  },
  { man, print: formatTimeSpan },
)

/** An empty assignment means for ever. */
export const timeSpanOrForever: ValueType<number> = emptyMeans(timeSpan, Number.POSITIVE_INFINITY)

/** Empty, 0 and `infinity` all mean for ever (`JobTimeoutSec=`). */
export const timeoutOrForever: ValueType<number> = emptyMeans(timeout, Number.POSITIVE_INFINITY)

const nanoseconds: Readonly<Record<string, number>> = { ns: 1, nsec: 1, '': 1 }

/** Nanoseconds where no unit is given (`TimerSlackNSec=`). */
export const nanosecondSpan: ValueType<number> = scalar(
  'a time span, in nanoseconds where it has no unit',
  (text) => {
    const match = /^(\d+(?:\.\d*)?)[ \t]*([a-z]*)$/.exec(text.trim())
    const factor = match === null ? undefined : nanoseconds[match[2] ?? '']
    if (match !== null && factor !== undefined) return Math.floor(Number(match[1]) * factor)
    const usec = parseTimeSpan(text)
    return usec === undefined ? undefined : usec * 1000
  },
  { man, print: (value) => (value === Number.POSITIVE_INFINITY ? 'infinity' : `${value}ns`) },
)
