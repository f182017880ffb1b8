/** `RestrictAddressFamilies=`: families of sockets (address_families(7)). */
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import type { NameFilter } from '../values.ts'

const families: ReadonlySet<string> = new Set(
  (
    'UNIX LOCAL INET AX25 IPX APPLETALK NETROM BRIDGE ATMPVC X25 INET6 ROSE NETBEUI SECURITY KEY NETLINK ROUTE PACKET ASH ' +
    'ECONET ATMSVC RDS SNA IRDA PPPOX WANPIPE LLC IB MPLS CAN TIPC BLUETOOTH IUCV RXRPC ISDN PHONET IEEE802154 CAIF ALG NFC ' +
    'VSOCK KCM QIPCRTR SMC XDP MCTP'
  )
    .split(' ')
    .map((name) => `AF_${name}`),
)

/** By their numbers (linux/socket.h); `-` for one that has no name here. */
const byNumber = (
  '- UNIX INET AX25 IPX APPLETALK NETROM BRIDGE ATMPVC X25 INET6 ROSE - NETBEUI SECURITY KEY NETLINK PACKET ASH ECONET ' +
  'ATMSVC RDS SNA IRDA PPPOX WANPIPE LLC IB MPLS CAN TIPC BLUETOOTH IUCV RXRPC ISDN PHONET IEEE802154 CAIF ALG NFC VSOCK ' +
  'KCM QIPCRTR SMC XDP MCTP'
).split(' ')

export function addressFamilyNumber(name: string): number | undefined {
  const number = byNumber.indexOf(name.replace(/^AF_/, ''))
  return number < 0 ? undefined : number
}

/** Two names of one number: the one that systemd prints. */
const otherNames: Readonly<Record<string, string>> = { AF_LOCAL: 'AF_UNIX', AF_ROUTE: 'AF_NETLINK' }

/** The first assignment decides whether the list allows or denies; `none` allows nothing. */
export const addressFamilies: ValueType<NameFilter> = {
  name: 'names such as AF_INET, or none',
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    if (text === 'none') return { value: { isAllowList: true, names: [] } }
    const isInverted = text.startsWith('~')
    const words = splitWords(isInverted ? text.slice(1) : text, { quotes: true, escapes: false }) ?? []
    const problems = words
      .filter((word) => !families.has(word))
      .map((word) => ({ severity: 'error' as const, message: `wants names such as AF_INET, got "${word}"` }))
    // After "none" the next list decides anew.
    const start = previous?.names.length ? previous : { isAllowList: !isInverted, names: [] }
    const names = new Set(start.names)
    for (const word of words.filter((each) => families.has(each)))
      if (isInverted !== start.isAllowList) names.add(otherNames[word] ?? word)
      else names.delete(otherNames[word] ?? word)
    return { value: { isAllowList: start.isAllowList, names: [...names].sort() }, problems }
  },
  print: ({ isAllowList, names }) => (isAllowList ? names.join(' ') || 'none' : `~${names.join(' ')}`),
}
