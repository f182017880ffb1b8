/** Deltas as packs keep them (gitformat-pack(5), "Deltified representation"). */
import { maxObjectBytes } from './inflate.ts'

/** Rebuilds an object from the one it was derived from; throws RangeError where the two don't fit. */
export const applyDelta = (base: Buffer, delta: Buffer): Buffer => {
  const sizes = readSizes(delta)
  if (sizes.base !== base.length) throw new RangeError('a delta does not fit the object it is based on')
  // A few bytes of a delta can ask for any number of copies.
  if (sizes.result > maxObjectBytes) throw new RangeError(`an object of ${sizes.result} bytes is too large`)
  const cursor = { delta, at: sizes.length }
  const result = Buffer.allocUnsafe(sizes.result)
  let filled = 0
  while (cursor.at < delta.length) {
    const [source, start, length] = readInstruction(cursor, base)
    if (length === 0 || start + length > source.length || filled + length > result.length) {
      throw new RangeError('a delta points outside of its object')
    }
    source.copy(result, filled, start, start + length)
    filled += length
  }
  if (filled !== result.length) throw new RangeError('a delta ends too early')
  return result
}

export interface DeltaSizes {
  readonly base: number
  readonly result: number
  /** Of what says so, at the start of the delta. */
  readonly length: number
}

/** What a delta says of the object that it is based on and of the one that it makes. Throws RangeError. */
export const readSizes = (delta: Buffer): DeltaSizes => {
  const cursor = { delta, at: 0 }
  return { base: readSize(cursor), result: readSize(cursor), length: cursor.at }
}

interface Cursor {
  readonly delta: Buffer
  at: number
}

const readByte = (cursor: Cursor): number => {
  const byte = cursor.delta[cursor.at++]
  if (byte === undefined) throw new RangeError('a delta ends too early')
  return byte
}

const readSize = (cursor: Cursor): number => {
  let size = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = readByte(cursor)
    size += (byte & 0x7f) * scale
    if (byte < 0x80) return size
  }
}

/** Copy from the base (high bit set) or insert bytes of the delta itself: from where, which part. */
const readInstruction = (cursor: Cursor, base: Buffer): readonly [Buffer, number, number] => {
  const opcode = readByte(cursor)
  if (opcode & 0x80) {
    const offset = readSparse(cursor, opcode, 4)
    return [base, offset, readSparse(cursor, opcode >> 4, 3) || 0x10000]
  }
  const start = cursor.at
  cursor.at += opcode
  return [cursor.delta, start, opcode]
}

/** A little-endian number whose zero bytes are left out; each low bit of `present` stands for one byte. */
const readSparse = (cursor: Cursor, present: number, width: number): number => {
  let value = 0
  for (let index = 0; index < width; index++) {
    if (present & (1 << index)) value += readByte(cursor) * 256 ** index
  }
  return value
}
