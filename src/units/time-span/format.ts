/** Time spans as systemd prints them: `1h 30min`, `55.500000s`. */
import { infiniteSpan } from './time-span.ts'
import { usecPer } from './units.ts'

/** Leaves out what is shorter than the accuracy; what is below a minute becomes a decimal fraction. */
export const formatTimeSpan = (usec: number, accuracyUsec = 1): string =>
  usec === Number.POSITIVE_INFINITY
    ? 'infinity'
    : formatExactTimeSpan(BigInt(Math.trunc(usec)), BigInt(accuracyUsec))

export const formatExactTimeSpan = (usec: bigint, accuracyUsec = 1n): string => {
  if (usec >= infiniteSpan) return 'infinity'
  if (usec <= 0n) return '0'
  const words: string[] = []
  let rest = usec
  for (const [suffix, unit] of printedUnits) {
    if (rest <= 0n || (rest < accuracyUsec && words.length > 0)) break
    if (rest < unit) continue
    const fraction = rest < usecPer.minute ? fractionDigits(rest % unit, unit, accuracyUsec) : ''
    words.push(`${rest / unit}${fraction}${suffix}`)
    rest = fraction === '' ? rest % unit : 0n
  }
  return words.join(' ')
}

const printedUnits: readonly (readonly [string, bigint])[] = [
  ['y', usecPer.year],
  ['month', usecPer.month],
  ['w', usecPer.week],
  ['d', usecPer.day],
  ['h', usecPer.hour],
  ['min', usecPer.minute],
  ['s', usecPer.second],
  ['ms', usecPer.msec],
  ['us', usecPer.usec],
]

/** `.500000`, cut to the accuracy; empty where there is nothing behind the point or the unit is the finest shown. */
const fractionDigits = (remainder: bigint, unit: bigint, accuracyUsec: bigint): string => {
  const hidden = decimalPlaces(accuracyUsec)
  const places = decimalPlaces(unit) - hidden
  if (remainder === 0n || places <= 0) return ''
  return `.${String(remainder / 10n ** BigInt(hidden)).padStart(places, '0')}`
}

/** How often ten divides into the value: 3 for a millisecond, 6 for a second. */
const decimalPlaces = (value: bigint): number => (value <= 1n ? 0 : 1 + decimalPlaces(value / 10n))
