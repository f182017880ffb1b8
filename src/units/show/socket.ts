/** Properties that sockets alone have (systemd.socket(5)). */
import { encodeBytes } from '../../base/lossless-text.ts'
import type { SocketSettings } from '../directives/tables.ts'
import { shownControlCommands } from './command.ts'
import { count, octal, type Properties } from './form.ts'

export const socketProperties = (name: string, socket: SocketSettings): Properties => ({
  Listen: socket.Listen.map(({ kind, address }) => ({ kind, address: shownAddress(kind, address) })),
  BindIPv6Only: socket.BindIPv6Only,
  Backlog: socket.Backlog,
  TimeoutUSec: count(socket.TimeoutSec),
  BindToDevice: socket.BindToDevice ?? '',
  SocketUser: socket.SocketUser ?? '',
  SocketGroup: socket.SocketGroup ?? '',
  SocketMode: octal(socket.SocketMode),
  DirectoryMode: octal(socket.DirectoryMode),
  ...connectionProperties(socket),
  ...optionProperties(socket),
  RemoveOnStop: socket.RemoveOnStop,
  Symlinks: socket.Symlinks,
  SmackLabel: socket.SmackLabel ?? '',
  FileDescriptorName: socket.FileDescriptorName ?? name,
  SocketProtocol: socket.SocketProtocol === undefined ? 0 : protocolNumbers[socket.SocketProtocol],
  TriggerLimitIntervalUSec: count(socket.TriggerLimitIntervalSec ?? 2e6),
  TriggerLimitBurst: socket.TriggerLimitBurst ?? (socket.Accept ? 200 : 20),
  ExecStartPre: shownControlCommands(socket.ExecStartPre),
  ExecStartPost: shownControlCommands(socket.ExecStartPost),
  ExecStopPost: shownControlCommands(socket.ExecStopPost),
  ExecStopPre: shownControlCommands(socket.ExecStopPre),
})

/** Names of sockets are shown with the escapes of C. */
const shownAddress = (kind: string, address: string): string =>
  /^[/@]/.test(address) && namedKinds.includes(kind) ? escaped(address) : address

const namedKinds = ['Stream', 'Datagram', 'SequentialPacket']

const escaped = (text: string): string =>
  Array.from(encodeBytes(text), (byte) => {
    const character = String.fromCharCode(byte)
    if (Object.hasOwn(shortEscapes, character)) return shortEscapes[character]
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : character
  }).join('')

const shortEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
  "'": "\\'",
}

/** IPPROTO_* of the kernel. */
const protocolNumbers = { udplite: 136, sctp: 132, mptcp: 262 } as const

const connectionProperties = (socket: SocketSettings): Properties => ({
  Accept: socket.Accept,
  FlushPending: socket.FlushPending,
  Writable: socket.Writable,
  KeepAlive: socket.KeepAlive,
  KeepAliveTimeUSec: count(socket.KeepAliveTimeSec),
  KeepAliveIntervalUSec: count(socket.KeepAliveIntervalSec),
  KeepAliveProbes: socket.KeepAliveProbes,
  DeferAcceptUSec: count(socket.DeferAcceptSec),
  MaxConnections: socket.MaxConnections,
  MaxConnectionsPerSource: socket.MaxConnectionsPerSource,
})

const optionProperties = (socket: SocketSettings): Properties => ({
  NoDelay: socket.NoDelay,
  Priority: socket.Priority,
  ReceiveBuffer: socket.ReceiveBuffer,
  SendBuffer: socket.SendBuffer,
  IPTOS: socket.IPTOS,
  IPTTL: socket.IPTTL,
  PipeSize: socket.PipeSize,
  FreeBind: socket.FreeBind,
  Transparent: socket.Transparent,
  Broadcast: socket.Broadcast,
  PassCredentials: socket.PassCredentials,
  PassSecurity: socket.PassSecurity,
  PassPacketInfo: socket.PassPacketInfo,
  Mark: socket.Mark,
  MessageQueueMaxMessages: socket.MessageQueueMaxMessages,
  MessageQueueMessageSize: socket.MessageQueueMessageSize,
  ReusePort: socket.ReusePort,
})
