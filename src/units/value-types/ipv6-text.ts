/** IPv6 addresses as inet_ntop(3) prints them: the longest run of zeros becomes `::`. */

export const printIPv6 = (bytes: readonly number[]): string => {
  if (isMapped(bytes)) return `::ffff:${bytes.slice(12).join('.')}`
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[at * 2]! << 8) | bytes[at * 2 + 1]!)
  const { start, length } = longestZeroRun(groups)
  const hex = (from: number, to?: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':')
  return length < 2 ? hex(0) : `${hex(0, start)}::${hex(start + length)}`
}

/** `::ffff:a.b.c.d` */
const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff

const longestZeroRun = (groups: readonly number[]): { readonly start: number; readonly length: number } => {
  let best = { start: 0, length: 0 }
  for (let at = 0; at < groups.length; at += 1) {
    let length = 0
    while (groups[at + length] === 0) length += 1
    if (length > best.length) best = { start: at, length }
  }
  return best
}
