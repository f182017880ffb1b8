/** `Listen…=` as the kernel takes it: family, type and struct sockaddr (unix(7), ip(7), ipv6(7)). Pure. */
import { parseIPv4, parseIPv6 } from '../../units/value-types/ip-prefix.ts'
import type { ListenAddress } from '../../units/values.ts'

export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10

export interface SocketAddress {
  readonly family: number
  readonly type: number
  readonly bytes: Buffer
  /** Of a socket in the file system. */
  readonly path: string | undefined
}

const socketTypes: Readonly<Record<string, number>> = { Stream: 1, Datagram: 2, SequentialPacket: 5 }

/** Undefined for what is no socket, or none that gitproc makes (FIFO, netlink, message queues, vsock). */
export const socketAddressOf = (listen: ListenAddress): SocketAddress | undefined => {
  const type = socketTypes[listen.kind]
  if (type === undefined) return undefined
  const { address } = listen
  if (/^[/@]/.test(address)) return unixAddress(address, type)
  return internetAddress(address, type)
}

/** An abstract name begins with a zero byte and ends where its length says, a path with a zero byte. */
const unixAddress = (address: string, type: number): SocketAddress => {
  const isPath = address.startsWith('/')
  const name = Buffer.from(isPath ? `${address}\0` : `\0${address.slice(1)}`)
  return {
    family: AF_UNIX,
    type,
    bytes: Buffer.concat([family(AF_UNIX), name]),
    path: isPath ? address : undefined,
  }
}

const internetAddress = (address: string, type: number): SocketAddress | undefined => {
  const match = /^(?:\[([^\]]+)\]|([\d.]+)):(\d+)(?:%.*)?$/.exec(address)
  const port = Buffer.alloc(2)
  port.writeUInt16BE(Number(match?.[3] ?? 0))
  const four = match?.[2] === undefined ? undefined : parseIPv4(match[2])
  if (four !== undefined) {
    const bytes = Buffer.concat([family(AF_INET), port, Buffer.from(four), Buffer.alloc(8)])
    return { family: AF_INET, type, bytes, path: undefined }
  }
  const six = match?.[1] === undefined ? undefined : parseIPv6(match[1])
  if (six === undefined) return undefined
  const bytes = Buffer.concat([family(AF_INET6), port, Buffer.alloc(4), Buffer.from(six), Buffer.alloc(4)])
  return { family: AF_INET6, type, bytes, path: undefined }
}

const family = (number: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(number)
  return bytes
}
