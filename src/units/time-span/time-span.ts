/**
 * Time spans as people write them: `5min 20s`, `1.5h`, `infinity` (systemd.time(7), PARSING TIME SPANS).
 *
 * Sums are kept in 64 bits, as systemd does, so that overflow is refused at the same place; the `number` that callers
 * get is exact up to 285 years.
 */
import { spanUnits, usecPer } from './units.ts'

/** The largest value of systemd's 64 bits, which stands for `infinity`. */
export const infiniteSpan = 2n ** 64n - 1n

/** Microseconds, `Infinity` for `infinity`, undefined where the text is no time span. Bare numbers have the default unit. */
export const parseTimeSpan = (text: string, defaultUnitUsec = 1_000_000): number | undefined => {
  const usec = parseExactTimeSpan(text, BigInt(defaultUnitUsec))
  return usec === infiniteSpan ? Number.POSITIVE_INFINITY : usec === undefined ? undefined : Number(usec)
}

/** As `parseTimeSpan`, to the microsecond for every length; `infiniteSpan` for `infinity`. */
export const parseExactTimeSpan = (
  text: string,
  defaultUnitUsec: bigint = usecPer.second,
): bigint | undefined => {
  if (/^[ \t\n\r]*infinity[ \t\n\r]*$/.test(text)) return infiniteSpan
  let total: bigint | undefined
  let rest = skipSpace(text)
  while (rest !== '') {
    const term = readTerm(rest, defaultUnitUsec)
    if (term === undefined) return undefined
    total = (total ?? 0n) + term.usec
    if (total >= infiniteSpan) return undefined
    rest = skipSpace(term.rest)
  }
  return total
}

interface Term {
  readonly usec: bigint
  readonly rest: string
}

/** C's strtoll() reads the number: 63 bits, a `+` is welcome, and it skips more kinds of white space than systemd itself. */
const largestNumber = 2n ** 63n - 1n
const termPattern = /^(?:[ \t\n\v\f\r]*(\+?[0-9]+)(?:\.([0-9]+))?|\.([0-9]+))/

const readTerm = (text: string, defaultUnitUsec: bigint): Term | undefined => {
  const match = termPattern.exec(text)
  if (match === null) return undefined
  const whole = BigInt((match[1] ?? '0').replace('+', ''))
  const after = text.slice(match[0].length)
  const unit = spanUnits.find(([name]) => skipSpace(after).startsWith(name))
  const rest = unit === undefined ? skipSpace(after) : skipSpace(after).slice(unit[0].length)
  // A number must end in white space, a unit or the end: `12.34.56` and `5x` are no spans.
  if (unit === undefined && rest === after && rest !== '') return undefined
  const unitUsec = unit?.[1] ?? defaultUnitUsec
  if (whole > largestNumber || whole >= infiniteSpan / unitUsec) return undefined
  return { usec: whole * unitUsec + fractionOf(match[2] ?? match[3] ?? '', unitUsec), rest }
}

/** Digit by digit, each rounded down on its own as systemd does: 0.19us is 0, and so is each digit below 1us. */
const fractionOf = (digits: string, unitUsec: bigint): bigint => {
  let usec = 0n
  let place = unitUsec / 10n
  for (const digit of digits) {
    usec += BigInt(digit) * place
    place /= 10n
  }
  return usec
}

const skipSpace = (text: string): string => text.replace(/^[ \t\n\r]+/, '')
