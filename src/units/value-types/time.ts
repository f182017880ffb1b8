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

/** A rate that is limited for ever is one whose limit is not set. */
export const limitInterval: ValueType<number> = {
  ...timeSpan,
  assign: (previous, text, context) => {
    const assigned = timeSpan.assign(previous, text, context)
    return assigned.value === Number.POSITIVE_INFINITY ? { value: undefined } : assigned
  },
}

/** In nanoseconds; microseconds and longer are those of every time span. */
const nanosecondUnits = new Set(['ns', 'nsec', ''])

/** Nanoseconds where no unit is given (`TimerSlackNSec=`); an empty assignment is none. */
export const nanosecondSpan: ValueType<number> = scalar(
  'a time span, in nanoseconds where it has no unit',
  (text) => {
    const terms = [...text.matchAll(/[ \t]*\+?(\d+(?:\.\d*)?)[ \t]*([A-Za-zµμ]*)[ \t]*/gy)]
    if (terms.length === 0 || terms.map(([all]) => all).join('') !== text) return undefined
    return terms.reduce<number | undefined>((sum, [, value = '', unit = '']) => {
      const factor = nanosecondUnits.has(unit) ? 1 : (parseTimeSpan(`1${unit}`) ?? Number.NaN) * 1000
      return Number.isNaN(factor) || sum === undefined ? undefined : sum + Math.floor(Number(value) * factor)
    }, 0)
  },
  { print: (value) => `${value}ns` },
)
