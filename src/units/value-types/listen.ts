/** `Listen…=`: one ordered list for a socket unit; any of them, assigned empty, forgets the whole list (systemd.socket(5)). */
import { err, ok, type Result } from '../../base/result.ts'
import type { Problem, ValueContext, ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import type { ListenAddress } from '../values.ts'
import { parseInteger, parseIntegerIn } from './integer.ts'
import { parseIPv4, parseIPv6 } from './ip-prefix.ts'
import { printIPv6 } from './ipv6-text.ts'
import { readAbsolutePath, withoutVarRun } from './path.ts'

export const listenKinds = [
  'ListenStream',
  'ListenDatagram',
  'ListenSequentialPacket',
  'ListenFIFO',
  'ListenNetlink',
  'ListenSpecial',
  'ListenMessageQueue',
  'ListenUSBFunction',
] as const

export const listenAddresses: ValueType<readonly ListenAddress[]> = {
  name: 'an address',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const address = readListen(text, context)
    if (!address.ok) return { value: previous, problem: { severity: 'error', message: address.error } }
    if (isPathUpwards(address.value)) return { value: previous, problem: upwards(text) }
    const kind = context.directive.replace(/^Listen/, '')
    return { value: [...(previous ?? []), { kind, address: address.value }] }
  },
}

/** systemd gives up on such a unit: it can't tell below which mounts the socket lies. */
const isPathUpwards = (address: string): boolean => /^\/(?:.*\/)?\.\.(?:\/|$)/.test(address)

const upwards = (text: string): Problem => ({
  severity: 'error',
  message: `wants a path without "..", got "${text}"`,
  refuses: 'error',
})

const readListen = (text: string, context: ValueContext): Result<string, string> => {
  const expanded = context.expand(text)
  if ('problem' in expanded) return err(expanded.problem)
  switch (context.directive) {
    case 'ListenFIFO':
      return readAbsolutePath(withoutVarRun(expanded.text))
    case 'ListenSpecial':
    case 'ListenUSBFunction':
      return readAbsolutePath(expanded.text)
    case 'ListenMessageQueue':
      return expanded.text.startsWith('/') ? ok(expanded.text) : err(`wants /NAME, got "${text}"`)
    case 'ListenNetlink':
      return readNetlink(expanded.text)
    case 'ListenSequentialPacket':
      return onlyUnix(readSocketAddress(expanded.text))
    default:
      return readSocketAddress(expanded.text)
  }
}

const onlyUnix = (address: Result<string, string>): Result<string, string> =>
  address.ok && !/^[/@]/.test(address.value)
    ? err(`wants a path or @NAME: no other family has sequential packets, got "${address.value}"`)
    : address

/** netlink(7). */
const netlinkFamilies =
  'route - usersock firewall inet-diag nflog xfrm selinux iscsi audit fib-lookup connector netfilter ip6-fw dnrtmsg kobject-uevent generic - scsitransport ecryptfs rdma'.split(
    ' ',
  )

const readNetlink = (text: string): Result<string, string> => {
  const [written = '', group = '0', ...rest] = splitWords(text, { quotes: false, escapes: false }) ?? []
  const family = netlinkFamilies[parseInteger(written) ?? netlinkFamilies.indexOf(written)] ?? '-'
  const number = parseIntegerIn(group, { from: 0, to: 2 ** 32 - 1 })
  return family !== '-' && number !== undefined && rest.length === 0
    ? ok(`${family} ${number}`)
    : err(`wants a family of netlink and a group, got "${text}"`)
}

/** The kernel's limit for the path of a socket, with the byte that ends it. */
const longestSocketPath = 107

const readSocketAddress = (text: string): Result<string, string> => {
  if (/^[/@]./.test(text) && text.length <= longestSocketPath) return ok(withoutVarRun(text))
  const address = readVsock(text) ?? readPort(text, '') ?? readIPv4Address(text) ?? readIPv6Address(text)
  return address === undefined ? err(`wants a path, @NAME, PORT or ADDRESS:PORT, got "${text}"`) : ok(address)
}

/** Of virtual machines: `vsock:CID:PORT`, of any machine where no CID is written. */
const readVsock = (text: string): string | undefined => {
  const [, cid = '', port = ''] = /^vsock:([^:]*):(.+)$/.exec(text) ?? []
  const numbers = [cid || '0', port].map((each) => parseIntegerIn(each, { from: 0, to: 2 ** 32 - 2 }))
  return numbers.includes(undefined) ? undefined : `vsock:${cid && numbers[0]}:${numbers[1]}`
}

/** A bare port listens on every address. */
const readPort = (text: string, host: string): string | undefined => {
  const port = /^[+\d]/.test(text) ? parseIntegerIn(text, { from: 1, to: 65_535 }) : undefined
  return port === undefined ? undefined : `${host === '' ? '[::]' : host}:${port}`
}

const readIPv4Address = (text: string): string | undefined => {
  const colon = text.lastIndexOf(':')
  const bytes = colon < 0 ? undefined : parseIPv4(text.slice(0, colon))
  return bytes && readPort(text.slice(colon + 1), bytes.join('.'))
}

const readIPv6Address = (text: string): string | undefined => {
  const match = /^\[([^\]]+)\]:(\+?\w+)(?:%([\w.-]+))?$/.exec(text)
  const bytes = match === null ? undefined : parseIPv6(match[1]!)
  const address = bytes && readPort(match![2]!, `[${printIPv6(bytes)}]`)
  const zone = match?.[3]
  return address && zone !== undefined ? `${address}%${zone}` : address
}
