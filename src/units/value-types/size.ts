/** Sizes: `512M`, `1.5G`, `1G 500M` (systemd's `parse_size()`). K is 1024, and 1000 where man pages say so. */
import { withoutLeadingSpace } from '../syntax/blanks.ts'
import { scalar } from './value-type.ts'

const suffixes = ['E', 'P', 'T', 'G', 'M', 'K', 'B', ''] as const
const largest = 2n ** 64n - 1n

/** Exact; undefined where the text is no size or more than 64 bits hold. */
export const parseExactSize = (text: string, base: 1000 | 1024 = 1024): bigint | undefined => {
  let rest = withoutLeadingSpace(text)
  let total = 0n
  let nextUnit = 0
  if (rest === '') return undefined
  while (rest !== '') {
    const match = /^\+?(\d+)(?:\.(\d*))?[ \t\n\r]*([A-Z]?)/.exec(rest)
    if (match === null) return undefined
    const [all, whole = '', fraction = '', suffix = ''] = match
    const unit = suffixes.findIndex((each, at) => at >= nextUnit && each === suffix)
    if (unit < 0) return undefined
    const factor = BigInt(base) ** BigInt(Math.max(0, 6 - unit))
    total += BigInt(whole) * factor + (BigInt(fraction || '0') * factor) / 10n ** BigInt(fraction.length)
    nextUnit = unit + 1
    rest = withoutLeadingSpace(rest.slice(all.length))
  }
  return total <= largest ? total : undefined
}

export const parseSize = (text: string, base: 1000 | 1024 = 1024): number | undefined => {
  const size = parseExactSize(text, base)
  return size === undefined ? undefined : Number(size)
}

/** The largest unit that says it without a fraction: `512M`, `1000`. */
export const printSize = (bytes: number): string => {
  if (bytes === Number.POSITIVE_INFINITY) return 'infinity'
  if (bytes === 0) return '0'
  const at = suffixes.slice(0, 6).findIndex((_, index) => bytes % 1024 ** (6 - index) === 0)
  return at < 0 ? String(BigInt(bytes)) : `${bytes / 1024 ** (6 - at)}${suffixes[at]}`
}

export const size = scalar('a size such as 512M', (text) => parseSize(text), { print: printSize })
