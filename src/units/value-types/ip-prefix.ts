/** Addresses of IPv4 and IPv6 with prefix lengths, as bytes (`IPAddressAllow=`, systemd.resource-control(5)). */
import { err, ok, type Result } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import type { IpPrefix } from '../values.ts'

export const parseIPv4 = (text: string): readonly number[] | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1)
  if (parts === undefined || parts.some((part) => /^0\d/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

export const parseIPv6 = (text: string): readonly number[] | undefined => {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const front = groupBytes(head)
  const back = tail === undefined ? [] : groupBytes(tail)
  if (front === undefined || back === undefined) return undefined
  const missing = 16 - front.length - back.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...front, ...Array.from({ length: missing }, () => 0), ...back]
}

/** Bytes of `a:b:c`, the last part perhaps in IPv4's form. */
const groupBytes = (text: string): readonly number[] | undefined => {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [at, group] of groups.entries()) {
    const embedded = at === groups.length - 1 ? parseIPv4(group) : undefined
    if (embedded !== undefined) bytes.push(...embedded)
    else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else return undefined
  }
  return bytes
}

const named: Readonly<Record<string, readonly string[]>> = {
  any: ['0.0.0.0/0', '::/0'],
  localhost: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/64'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
}

const parsePrefix = (text: string): IpPrefix | undefined => {
  const [address = '', length, ...rest] = text.split('/')
  const v4 = parseIPv4(address)
  const bytes = v4 ?? parseIPv6(address)
  if (bytes === undefined || rest.length > 0) return undefined
  const bits =
    length === undefined ? bytes.length * 8 : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (!(bits <= bytes.length * 8)) return undefined
  return { family: v4 ? 'IPv4' : 'IPv6', bytes: masked(bytes, bits), bits }
}

const masked = (bytes: readonly number[], bits: number): readonly number[] =>
  bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))) & 0xff)

const readWord = (word: string): Result<readonly IpPrefix[], string> => {
  const prefixes = (Object.hasOwn(named, word) ? named[word]! : [word]).map(parsePrefix)
  return prefixes.every((each) => each !== undefined) ? ok(prefixes) : err(`"${word}" is none`)
}

/** Networks, each once. */
export const ipPrefixes: ValueType<readonly IpPrefix[]> = {
  name: 'addresses, networks, any, localhost, link-local or multicast',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    const words =
      'problem' in expanded ? [] : (splitWords(expanded.text, { quotes: true, escapes: false }) ?? [])
    const read = words.map(readWord)
    const problems = read.flatMap((each) =>
      each.ok ? [] : [{ severity: 'error' as const, message: `wants addresses or networks: ${each.error}` }],
    )
    const added = read.flatMap((each) => (each.ok ? each.value : []))
    if (added.length === 0) return { value: previous, problems }
    return { value: unique([...(previous ?? []), ...added]), problems }
  },
  print: (prefixes) => prefixes.map(printPrefix).join(' '),
}

const unique = (prefixes: readonly IpPrefix[]): readonly IpPrefix[] => [
  ...new Map(prefixes.map((prefix) => [printPrefix(prefix), prefix])).values(),
]

export const printPrefix = ({ family, bytes, bits }: IpPrefix): string => {
  if (family === 'IPv4') return `${bytes.join('.')}/${bits}`
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2]! << 8) | bytes[at * 2 + 1]!).toString(16),
  )
  return `${groups.join(':')}/${bits}`
}
