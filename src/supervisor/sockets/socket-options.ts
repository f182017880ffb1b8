/** Options of a socket as setsockopt(2) takes them, out of a unit's settings (systemd.socket(5)). Pure. */
import type { SocketSettings } from '../../units/directives/tables.ts'
import { AF_INET, AF_INET6, AF_UNIX, type SocketAddress } from './socket-address.ts'

export interface SocketOption {
  readonly directive: string
  readonly level: number
  readonly name: number
  readonly value: Buffer
  /** Set before bind(2): a failure refuses the socket. The others are tried, as systemd does, and said where they fail. */
  readonly isVital: boolean
}

const SOL_IP = 0
const SOL_SOCKET = 1
const SOL_TCP = 6
const SOL_IPV6 = 41
const SOCK_STREAM = 1

export const socketOptions = (
  settings: SocketSettings,
  { family, type }: SocketAddress,
): readonly SocketOption[] => {
  const isInternet = family !== AF_UNIX
  const isTcp = isInternet && type === SOCK_STREAM
  return [
    ...common(settings, isInternet),
    ...(isInternet ? internet(settings, family) : []),
    ...(isTcp ? tcp(settings) : []),
  ]
}

const common = (settings: SocketSettings, isInternet: boolean): readonly SocketOption[] => [
  // Without it a server that just ended keeps its port from being bound for a minute.
  ...on(isInternet, 'Listen', SOL_SOCKET, 2, true),
  ...on(settings.ReusePort, 'ReusePort', SOL_SOCKET, 15, true),
  ...on(settings.Broadcast, 'Broadcast', SOL_SOCKET, 6),
  ...on(settings.PassCredentials, 'PassCredentials', SOL_SOCKET, 16),
  ...on(settings.PassSecurity, 'PassSecurity', SOL_SOCKET, 34),
  ...number(settings.Priority >= 0, 'Priority', SOL_SOCKET, 12, settings.Priority),
  ...number(settings.Mark >= 0, 'Mark', SOL_SOCKET, 36, settings.Mark),
  ...number(settings.ReceiveBuffer > 0, 'ReceiveBuffer', SOL_SOCKET, 8, settings.ReceiveBuffer),
  ...number(settings.SendBuffer > 0, 'SendBuffer', SOL_SOCKET, 7, settings.SendBuffer),
  ...text(settings.BindToDevice, 'BindToDevice', SOL_SOCKET, 25, true),
]

const internet = (settings: SocketSettings, family: number): readonly SocketOption[] => {
  const isSix = family === AF_INET6
  const { BindIPv6Only: only } = settings
  return [
    ...on(settings.FreeBind, 'FreeBind', SOL_IP, 15, true),
    ...on(settings.Transparent, 'Transparent', SOL_IP, 19, true),
    ...number(isSix && only !== 'default', 'BindIPv6Only', SOL_IPV6, 26, only === 'ipv6-only' ? 1 : 0, true),
    ...number(settings.IPTOS >= 0, 'IPTOS', SOL_IP, 1, settings.IPTOS),
    ...number(settings.IPTTL >= 0 && family === AF_INET, 'IPTTL', SOL_IP, 2, settings.IPTTL),
    ...number(settings.IPTTL >= 0 && isSix, 'IPTTL', SOL_IPV6, 16, settings.IPTTL),
    ...on(settings.PassPacketInfo && family === AF_INET, 'PassPacketInfo', SOL_IP, 8),
    ...on(settings.PassPacketInfo && isSix, 'PassPacketInfo', SOL_IPV6, 49),
  ]
}

const tcp = (settings: SocketSettings): readonly SocketOption[] => [
  ...on(settings.KeepAlive, 'KeepAlive', SOL_SOCKET, 9),
  ...seconds(settings.KeepAliveTimeSec, 'KeepAliveTimeSec', 4),
  ...seconds(settings.KeepAliveIntervalSec, 'KeepAliveIntervalSec', 5),
  ...number(settings.KeepAliveProbes > 0, 'KeepAliveProbes', SOL_TCP, 6, settings.KeepAliveProbes),
  ...on(settings.NoDelay, 'NoDelay', SOL_TCP, 1),
  ...seconds(settings.DeferAcceptSec, 'DeferAcceptSec', 9),
  ...text(settings.TCPCongestion, 'TCPCongestion', SOL_TCP, 13),
]

const on = (
  isOn: boolean,
  directive: string,
  level: number,
  name: number,
  isVital = false,
): readonly SocketOption[] => number(isOn, directive, level, name, 1, isVital)

const seconds = (usec: number, directive: string, name: number): readonly SocketOption[] =>
  number(usec > 0, directive, SOL_TCP, name, Math.min(Math.ceil(usec / 1e6), 32_767))

const number = (
  isSet: boolean,
  directive: string,
  level: number,
  name: number,
  value: number,
  isVital = false,
): readonly SocketOption[] => {
  if (!isSet) return []
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(Math.min(value, 2 ** 31 - 1))
  return [{ directive, level, name, value: bytes, isVital }]
}

const text = (
  value: string | undefined,
  directive: string,
  level: number,
  name: number,
  isVital = false,
): readonly SocketOption[] =>
  value === undefined ? [] : [{ directive, level, name, value: Buffer.from(`${value}\0`), isVital }]
