/** The index of a pack, version 2 (gitformat-pack(5)): which object begins where. */
import { createHash } from 'node:crypto'

export interface IndexedObject {
  readonly oid: string
  readonly offset: number
  /** Of the entry as it lies in the pack. */
  readonly crc: number
}

const largeOffset = 0x80000000

/** `trailer`: the twenty bytes in which the pack ends. */
export const packIndex = (objects: readonly IndexedObject[], trailer: Buffer): Buffer => {
  const sorted = [...objects].sort((left, right) => (left.oid < right.oid ? -1 : 1))
  const large = sorted.filter(({ offset }) => offset >= largeOffset)
  const positions = new Map(large.map((object, position) => [object, position]))
  const body = Buffer.concat([
    Buffer.from('ff744f6300000002', 'hex'),
    fanOut(sorted),
    Buffer.from(sorted.map(({ oid }) => oid).join(''), 'hex'),
    words(sorted.map(({ crc }) => crc)),
    words(sorted.map((object) => objectOffset(object, positions))),
    largeOffsets(large),
    trailer,
  ])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

const fanOut = (sorted: readonly IndexedObject[]): Buffer => {
  const counts = new Array<number>(256).fill(0)
  for (const { oid } of sorted) counts[Number.parseInt(oid.slice(0, 2), 16)]! += 1
  let total = 0
  return words(
    counts.map((count) => {
      total += count
      return total
    }),
  )
}

/** What does not fit into 31 bits stands in a table of its own. */
const objectOffset = (object: IndexedObject, large: ReadonlyMap<IndexedObject, number>): number => {
  const position = large.get(object)
  return position === undefined ? object.offset : largeOffset + position
}

const words = (values: readonly number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(4 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at)
  return bytes
}

const largeOffsets = (large: readonly IndexedObject[]): Buffer => {
  const bytes = Buffer.allocUnsafe(8 * large.length)
  for (const [at, { offset }] of large.entries()) bytes.writeBigUInt64BE(BigInt(offset), 8 * at)
  return bytes
}
