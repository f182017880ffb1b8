/** Takes one connection off a listening socket, and reads who is at its two ends (socket(7), unix(7)). */
import type { LibC } from '../lib-c.ts'
import type { AcceptedConnection, ConnectionEnd } from './held-sockets.ts'
import { AF_INET, AF_INET6, AF_UNIX } from './socket-address.ts'

/** Undefined: whoever came has gone again. The listening sockets have to be non-blocking. */
export const acceptOne = (fds: readonly number[], libC: LibC): AcceptedConnection | undefined => {
  for (const listening of fds) {
    const fd = libC.accept4(listening, null, null, SOCK_CLOEXEC)
    if (fd < 0) continue
    const remote = endOf((bytes, length) => libC.getpeername(fd, bytes, length))
    const local = endOf((bytes, length) => libC.getsockname(fd, bytes, length))
    return { fd, local, remote: remote.kind === 'unix' ? { ...remote, ...credentials(fd, libC) } : remote }
  }
  return undefined
}

const endOf = (ask: (bytes: Buffer, length: Buffer) => number): ConnectionEnd => {
  const bytes = Buffer.alloc(128)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  if (ask(bytes, length) !== 0) return { kind: 'other' }
  return readEnd(bytes.subarray(0, Math.min(length.readUInt32LE(), bytes.length)))
}

/** struct sockaddr_in, sockaddr_in6 or sockaddr_un. */
export const readEnd = (address: Buffer): ConnectionEnd => {
  switch (address.length < 2 ? -1 : address.readUInt16LE()) {
    case AF_INET:
      return { kind: 'internet', address: address.subarray(4, 8).join('.'), port: address.readUInt16BE(2) }
    case AF_INET6:
      return { kind: 'internet', address: ipv6Text(address.subarray(8, 24)), port: address.readUInt16BE(2) }
    case AF_UNIX:
      return { kind: 'unix', path: unixName(address.subarray(2)) }
    default:
      return { kind: 'other' }
  }
}

/** An IPv4 address within is written as one: it is the same peer. */
const ipv6Text = (bytes: Buffer): string => {
  const isMapped = bytes.subarray(0, 12).equals(Buffer.from('00000000000000000000ffff', 'hex'))
  if (isMapped) return bytes.subarray(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16))
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

const unixName = (name: Buffer): string => {
  if (name.length === 0) return ''
  return name[0] === 0 ? `@${name.toString('utf8', 1)}` : name.toString('utf8').replace(/\0.*$/s, '')
}

const credentials = (fd: number, libC: LibC) => {
  const bytes = Buffer.alloc(12)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  if (libC.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, bytes, length) !== 0) return {}
  return { pid: bytes.readInt32LE(0), uid: bytes.readUInt32LE(4) }
}

const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_PEERCRED = 17
