/** `Limit…=`: one value for both limits, or `soft:hard` (systemd.exec(5), PROCESS PROPERTIES). */
import type { ValueType } from '../directive.ts'
import { parseTimeSpan } from '../time-span/time-span.ts'
import type { ResourceLimit } from '../values.ts'
import { parseBigInteger, parseIntegerIn } from './integer.ts'
import { parseExactSize } from './size.ts'
import { wanted } from './value-type.ts'

type ParseOne = (text: string) => number | undefined

const limitType = (name: string, parse: ParseOne): ValueType<ResourceLimit> => {
  return {
    name,
    assign: (previous, text, context) => {
      const expanded = context.expand(text)
      const written = 'problem' in expanded ? text : expanded.text
      const colon = written.indexOf(':')
      const soft = parse(colon < 0 ? written : written.slice(0, colon))
      const hard = colon < 0 ? soft : parse(written.slice(colon + 1))
      if (soft === undefined || hard === undefined) return { value: previous, problem: wanted(name, text) }
      if (soft <= hard) return { value: { soft, hard } }
      const message = `wants a soft limit not above the hard one, got "${text}"`
      return { value: previous, problem: { severity: 'error', message } }
    },
    print: ({ soft, hard }) => (soft === hard ? printOne(soft) : `${printOne(soft)}:${printOne(hard)}`),
  }
}

const orInfinity =
  (parse: ParseOne): ParseOne =>
  (text) =>
    text === 'infinity' ? Number.POSITIVE_INFINITY : parse(text)

const printOne = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? 'infinity' : String(BigInt(value))

/** The highest number of 64 bits would say infinity, which has a word. */
const largest = 2n ** 64n - 1n

const parseCount: ParseOne = (text) => {
  const value = parseBigInteger(text)
  return value !== undefined && value >= 0n && value < largest ? Number(value) : undefined
}

export const countLimit: ValueType<ResourceLimit> = limitType(
  'a number or infinity, or soft:hard',
  orInfinity(parseCount),
)

export const sizeLimit: ValueType<ResourceLimit> = limitType(
  'a size or infinity, or soft:hard',
  orInfinity((text) => {
    const size = parseExactSize(text)
    return size === undefined || size === largest ? undefined : Number(size)
  }),
)

const spans =
  (unitUsec: number): ParseOne =>
  (text) => {
    const usec = parseTimeSpan(text, unitUsec)
    return usec === undefined ? undefined : Math.ceil(usec / unitUsec)
  }

/** In seconds, rounded up. */
export const secondsLimit: ValueType<ResourceLimit> = limitType(
  'a time span or infinity, or soft:hard',
  orInfinity(spans(1e6)),
)

/** In microseconds. */
export const microsecondsLimit: ValueType<ResourceLimit> = limitType(
  'a time span or infinity, or soft:hard',
  orInfinity(spans(1)),
)

/** With a sign a nice level, from +19 to -20; without one the kernel's raw limit, from 0 to 40. */
export const niceLimit: ValueType<ResourceLimit> = limitType(
  'a nice level with its sign, or 0 to 40',
  (text) => {
    if (!/^[+-]/.test(text)) return parseIntegerIn(text, { from: 0, to: 40 })
    const nice = parseIntegerIn(text, { from: -20, to: 19 })
    return nice === undefined ? undefined : 20 - nice
  },
)
