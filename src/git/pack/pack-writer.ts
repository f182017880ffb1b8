/** Packs as bytes: whole objects one after the other, and the trailer (gitformat-pack(5)). */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { type GitObject, writeEntryHead } from './pack-entry.ts'

export const packHeaderBytes = 12

export const packHeader = (count: number): Buffer => {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  header.writeUInt32BE(count, 8)
  return header
}

/** How many objects a pack has. Throws RangeError where these bytes begin none that we know. */
export const packCount = (header: Buffer): number => {
  if (header.length < packHeaderBytes || !header.subarray(0, 8).equals(packHeader(0).subarray(0, 8)))
    throw new RangeError('what was sent is no pack')
  return header.readUInt32BE(8)
}

/** Speed counts: such entries are few, and live until the mirror is made anew. */
export const packEntry = ({ type, bytes }: GitObject): Buffer =>
  Buffer.concat([writeEntryHead(type, bytes.length), deflateSync(bytes, { level: 1 })])

/** Of a few objects: all of it is held in memory. */
export const packOf = (objects: readonly GitObject[]): Buffer => {
  const body = Buffer.concat([packHeader(objects.length), ...objects.map(packEntry)])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}
