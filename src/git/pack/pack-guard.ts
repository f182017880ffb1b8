/**
 * Looks through a pack before isomorphic-git reads it, which believes what stands there: a delta on itself would keep the daemon
 * busy for ever, and a few bytes can say that they are a terabyte. Throws RangeError, and what zlib throws.
 */
import { createHash } from 'node:crypto'
import { yieldToOthers } from '../last-change.ts'
import { readSizes } from './delta.ts'
import { inflateExactly, longestCompressed, maxObjectBytes } from './inflate.ts'
import { readEntryHead } from './pack-entry.ts'

const headerBytes = 12
const trailerBytes = 20
/** How long others may have to wait. */
const sliceMs = 10

export interface GuardLimits {
  /** What all objects may weigh together, each as a whole. */
  readonly maxUnpackedBytes: number
  readonly signal: AbortSignal
}

export const guardPack = async (pack: Buffer, { maxUnpackedBytes, signal }: GuardLimits): Promise<void> => {
  if (pack.length < headerBytes + trailerBytes || pack.toString('latin1', 0, 8) !== 'PACK\0\0\0\x02')
    throw new RangeError('what was sent is no pack')
  const end = pack.length - trailerBytes
  if (!createHash('sha1').update(pack.subarray(0, end)).digest().equals(pack.subarray(end)))
    throw new RangeError('a pack was cut short, or damaged on its way')
  let at = headerBytes
  let left = maxUnpackedBytes
  let since = performance.now()
  for (let count = pack.readUInt32BE(8); count > 0; count--) {
    const entry = guardEntry(pack, at, end)
    at = entry.next
    left -= entry.weight
    if (left < 0) throw new RangeError('a pack holds more than there is room for')
    if (performance.now() - since < sliceMs) continue
    signal.throwIfAborted()
    await yieldToOthers()
    since = performance.now()
  }
  if (at !== end) throw new RangeError('a pack does not end where it should')
}

const guardEntry = (
  pack: Buffer,
  at: number,
  end: number,
): { readonly next: number; readonly weight: number } => {
  const { type, size, length } = readEntryHead(pack.subarray(at, end), at)
  const compressed = pack.subarray(at + length, Math.min(end, at + length + longestCompressed(size)))
  const { bytes, taken } = inflateExactly(compressed, size)
  const weight = type === undefined ? readSizes(bytes).result : size
  if (weight > maxObjectBytes) throw new RangeError(`an object of ${weight} bytes is too large`)
  return { next: at + length + taken, weight }
}
