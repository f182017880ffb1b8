/** The framing of git's protocol (gitprotocol-common(5)): packets with their length in front, read as they come. */

export type Packet = Buffer | 'flush' | 'delimiter'

const special: Readonly<Record<number, Packet>> = { 0: 'flush', 1: 'delimiter', 2: 'flush' }
const lengthDigits = 4

export const pktLine = (text: string): string =>
  (Buffer.byteLength(text) + lengthDigits).toString(16).padStart(lengthDigits, '0') + text

export const flush = '0000'
export const delimiter = '0001'

/** What came is no git: an error that is put into words where the URL is known. */
export const noGit = (why: string): Error => Object.assign(new Error(why), { code: 'git/protocol' })

/** Packets of an answer; holds one of them at a time. */
export async function* packets(chunks: AsyncIterable<Buffer>): AsyncGenerator<Packet> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let next = firstPacket(rest); next !== undefined; next = firstPacket(rest)) {
      rest = rest.subarray(next.length)
      yield next.packet
    }
  }
  if (rest.length > 0) throw noGit('its answer is cut off, or none of git')
}

/** A packet as a line of text, without its end. Throws what a server refuses, in its words. */
export const lineOf = (packet: Buffer): string => {
  const line = packet.toString('utf8').replace(/\n$/, '')
  if (line.startsWith('ERR ')) throw noGit(line.slice(4))
  return line
}

/** The lines of an answer; what separates them is left out. */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const packet of packets(chunks)) if (typeof packet !== 'string') yield lineOf(packet)
}

/** Undefined while it has not come whole. */
const firstPacket = (bytes: Buffer): { readonly packet: Packet; readonly length: number } | undefined => {
  if (bytes.length < lengthDigits) return undefined
  const digits = bytes.toString('latin1', 0, lengthDigits)
  const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 3
  const sign = special[length]
  if (sign !== undefined) return { packet: sign, length: lengthDigits }
  if (length < lengthDigits) throw noGit('its answer is cut off, or none of git')
  return bytes.length < length ? undefined : { packet: bytes.subarray(lengthDigits, length), length }
}
