/** How an entry of a pack begins (gitformat-pack(5)): what it is, how large, and for a delta what it is based on. */
import { maxObjectBytes } from './inflate.ts'

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

export interface GitObject {
  readonly type: ObjectType
  readonly bytes: Buffer
}

const types: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' }
const offsetDelta = 6
const referenceDelta = 7

export interface EntryHead {
  /** Undefined for a delta. */
  readonly type: ObjectType | undefined
  /** Of what is compressed behind the head. */
  readonly size: number
  /** Where the base of a delta lies, or which one it is; neither for a whole object. */
  readonly baseOffset: number | undefined
  readonly baseOid: string | undefined
  /** Of the head itself. */
  readonly length: number
}

/** Reads the head of the entry at `offset`. Throws RangeError where it makes no sense. */
export const readEntryHead = (bytes: Buffer, offset: number): EntryHead => {
  const { kind, size, length } = readKind(bytes)
  const type = types[kind]
  if (type !== undefined) return { type, size, baseOffset: undefined, baseOid: undefined, length }
  if (kind === referenceDelta) {
    if (bytes.length < length + 20) throw cutShort()
    const baseOid = bytes.toString('hex', length, length + 20)
    return { type, size, baseOffset: undefined, baseOid, length: length + 20 }
  }
  if (kind !== offsetDelta) throw new RangeError(`a pack has an entry of kind ${kind}`)
  const base = readDistance(bytes, length)
  // A base lies before its delta: anything else would loop for ever.
  if (base.distance <= 0 || base.distance > offset) throw new RangeError('a delta of a pack has no base')
  return { type, size, baseOffset: offset - base.distance, baseOid: undefined, length: base.end }
}

const readKind = (
  bytes: Buffer,
): { readonly kind: number; readonly size: number; readonly length: number } => {
  let byte = byteAt(bytes, 0)
  const kind = (byte >> 4) & 7
  let size = byte & 15
  let length = 1
  for (let scale = 16; byte & 0x80; scale *= 128) {
    byte = byteAt(bytes, length++)
    size += (byte & 0x7f) * scale
    if (size > maxObjectBytes) throw new RangeError(`an object of ${size} bytes is too large`)
  }
  return { kind, size, length }
}

const readDistance = (bytes: Buffer, at: number): { readonly distance: number; readonly end: number } => {
  let end = at
  let byte = byteAt(bytes, end++)
  let distance = byte & 0x7f
  while (byte & 0x80) {
    byte = byteAt(bytes, end++)
    distance = (distance + 1) * 128 + (byte & 0x7f)
  }
  return { distance, end }
}

const byteAt = (bytes: Buffer, at: number): number => {
  const byte = bytes[at]
  if (byte === undefined) throw cutShort()
  return byte
}

const cutShort = (): RangeError => new RangeError('a pack is cut short')
