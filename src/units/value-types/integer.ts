/** Whole numbers as systemd's `safe_atoi()` family takes them: decimal, 0x…, 0b…, 0o… and a leading zero for octal. */
import type { ValueType } from '../directive.ts'
import { withoutLeadingSpace } from '../syntax/blanks.ts'
import { scalar } from './value-type.ts'

const digits = /^([+-]?)(?:0x([0-9a-f]+)|0b([01]+)|0o([0-7]+)|0([0-7]+)|(\d+))$/i

/** Exact up to 64 bits. */
export const parseBigInteger = (text: string): bigint | undefined => {
  const match = digits.exec(withoutLeadingSpace(text))
  if (match === null) return undefined
  const [, sign, hex, binary, octal, zeroOctal, decimal] = match
  if (decimal !== undefined && decimal.length > 1 && decimal.startsWith('0')) return undefined
  const oct = octal ?? zeroOctal
  const magnitude = BigInt(
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : oct !== undefined
          ? `0o${oct}`
          : decimal!,
  )
  return sign === '-' ? -magnitude : magnitude
}

export const parseInteger = (text: string): number | undefined => {
  const value = parseBigInteger(text)
  return value === undefined ? undefined : Number(value)
}

export interface Range {
  readonly from: number
  readonly to: number
}

export const parseIntegerIn = (text: string, { from, to }: Range): number | undefined => {
  const value = parseInteger(text)
  return value !== undefined && value >= from && value <= to ? value : undefined
}

export const integerIn = (range: Range): ValueType<number> =>
  scalar(`a number from ${range.from} to ${range.to}`, (text) => parseIntegerIn(text, range), {
    print: String,
  })

const int32: Range = { from: -(2 ** 31), to: 2 ** 31 - 1 }
const uint32: Range = { from: 0, to: 2 ** 32 - 1 }

export const integer = scalar('a whole number', (text) => parseIntegerIn(text, int32), { print: String })

export const unsigned = scalar('a whole number, not negative', (text) => parseIntegerIn(text, uint32), {
  print: String,
})

/** The highest number stands for none: the default. */
export const limitBurst: ValueType<number> = {
  ...unsigned,
  assign: (previous, text, context) => {
    const assigned = unsigned.assign(previous, text, context)
    return assigned.value === uint32.to ? { value: undefined } : assigned
  },
}

/** As C's `long`. */
export const long = scalar(
  'a whole number',
  (text) => {
    const value = parseBigInteger(text)
    return value !== undefined && BigInt.asIntN(64, value) === value ? Number(value) : undefined
  },
  { print: String },
)
