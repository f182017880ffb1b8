/** `Limit…=`: one value for both limits, or `soft:hard` (systemd.exec(5), PROCESS PROPERTIES). */
import type { ValueType } from '../directive.ts'
import { parseTimeSpan } from '../time-span/time-span.ts'
import type { ResourceLimit } from '../values.ts'
import { parseBigInteger, parseIntegerIn } from './integer.ts'
import { parseSize } from './size.ts'
import { wanted } from './value-type.ts'

type ParseOne = (text: string) => number | undefined

const limitType = (name: string, parse: ParseOne): ValueType<ResourceLimit> => {
  const one: ParseOne = (text) => (text === 'infinity' ? Number.POSITIVE_INFINITY : parse(text))
  return {
    name,
    assign: (previous, text, context) => {
      const expanded = context.expand(text)
      const written = 'problem' in expanded ? text : expanded.text
      const colon = written.indexOf(':')
      const soft = one(colon < 0 ? written : written.slice(0, colon))
      const hard = colon < 0 ? soft : one(written.slice(colon + 1))
      if (soft === undefined || hard === undefined) return { value: previous, problem: wanted(name, text) }
      if (soft <= hard) return { value: { soft, hard } }
      const message = `wants a soft limit not above the hard one, got "${text}"`
      return { value: previous, problem: { severity: 'error', message } }
    },
    print: ({ soft, hard }) => (soft === hard ? printOne(soft) : `${printOne(soft)}:${printOne(hard)}`),
  }
}

const printOne = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? 'infinity' : String(BigInt(value))

const parseCount: ParseOne = (text) => {
  const value = parseBigInteger(text)
  return value !== undefined && value >= 0n && value < 2n ** 64n ? Number(value) : undefined
}

export const countLimit: ValueType<ResourceLimit> = limitType(
  'a number or infinity, or soft:hard',
  parseCount,
)

export const sizeLimit: ValueType<ResourceLimit> = limitType('a size or infinity, or soft:hard', (text) =>
  parseSize(text),
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
  spans(1e6),
)

/** In microseconds. */
export const microsecondsLimit: ValueType<ResourceLimit> = limitType(
  'a time span or infinity, or soft:hard',
  spans(1),
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
