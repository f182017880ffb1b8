/**
 * One pack and its index (gitformat-pack(5)), read in place: nothing of it is held in memory but the fan-out table,
 * so a repository with years of history costs as little as a new one.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { applyDelta } from './delta.ts'
import { inflateExactly, longestCompressed } from './inflate.ts'
import { type EntryHead, type GitObject, readEntryHead } from './pack-entry.ts'

const indexHeaderBytes = 8
const fanOutBytes = 256 * 4
const namesAt = indexHeaderBytes + fanOutBytes
/** Enough for the header and the whole of most unit files, in one read. */
const firstReadBytes = 4096

/** One entry as it lies in the pack. */
interface PackEntry {
  readonly head: EntryHead
  readonly data: Buffer
}

export class PackFile {
  readonly path: string
  readonly #index: number
  readonly #pack: number
  /** Holds compressed bytes only until they are inflated. */
  readonly #scratch = Buffer.allocUnsafe(firstReadBytes)
  /** How many names start with a byte up to the given one. */
  readonly #fanOut: Uint32Array

  /** Throws what the file system says, or RangeError for an index that is no version 2 index. */
  constructor(indexPath: string) {
    this.path = indexPath.replace(/idx$/, 'pack')
    this.#index = openSync(indexPath, 'r')
    try {
      this.#fanOut = readFanOut(this.#index)
      this.#pack = openSync(this.path, 'r')
    } catch (error) {
      closeSync(this.#index)
      throw error
    }
  }

  close(): void {
    closeSync(this.#index)
    closeSync(this.#pack)
  }

  /** Where the object lies, undefined when it isn't here. */
  find(oid: string): number | undefined {
    const name = Buffer.from(oid, 'hex')
    const { names, first } = this.#bucket(name[0] as number)
    let low = 0
    let high = names.length / 20
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = names.compare(name, 0, 20, middle * 20, middle * 20 + 20)
      if (order === 0) return this.#offset(first + middle)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return undefined
  }

  /** Ids that begin with these hex digits (at least two). */
  startingWith(prefix: string): string[] {
    const { names } = this.#bucket(Number.parseInt(prefix.slice(0, 2), 16))
    return Array.from({ length: names.length / 20 }, (_, at) =>
      names.subarray(at * 20, at * 20 + 20).toString('hex'),
    ).filter((oid) => oid.startsWith(prefix))
  }

  /** The object at an offset; `readBase` fetches a base that a thin delta names by id. */
  read(offset: number, readBase: (oid: string) => GitObject): GitObject {
    const deltas: Buffer[] = []
    let at = offset
    for (;;) {
      const { head, data } = this.#entry(at)
      if (head.type !== undefined) return { type: head.type, bytes: applyAll(data, deltas) }
      deltas.push(data)
      const base = head.baseOid === undefined ? head.baseOffset : this.find(head.baseOid)
      if (base === undefined) return rebase(readBase(head.baseOid as string), deltas)
      at = base
    }
  }

  #bucket(firstByte: number): { readonly names: Buffer; readonly first: number } {
    const first = firstByte === 0 ? 0 : (this.#fanOut[firstByte - 1] as number)
    const end = this.#fanOut[firstByte] as number
    return { names: readAt(this.#index, namesAt + first * 20, (end - first) * 20), first }
  }

  #offset(position: number): number {
    const count = this.#fanOut[255] as number
    const offsetsAt = namesAt + count * 24
    const offset = readAt(this.#index, offsetsAt + position * 4, 4).readUInt32BE()
    if (offset < 0x80000000) return offset
    return Number(readAt(this.#index, offsetsAt + count * 4 + (offset - 0x80000000) * 8, 8).readBigUInt64BE())
  }

  #entry(offset: number): PackEntry {
    const available = this.#scratch.subarray(
      0,
      readSync(this.#pack, this.#scratch, 0, firstReadBytes, offset),
    )
    const head = readEntryHead(available, offset)
    const { bytes } = inflateExactly(this.#compressed(available, offset, head), head.size)
    return { head, data: bytes }
  }

  /** At least the compressed bytes of an entry; inflating stops where they end. */
  #compressed(available: Buffer, offset: number, { size, length }: EntryHead): Buffer {
    const worstCase = length + longestCompressed(size)
    if (worstCase <= available.length || available.length < firstReadBytes) return available.subarray(length)
    const whole = Buffer.allocUnsafe(worstCase)
    return whole.subarray(length, readSync(this.#pack, whole, 0, worstCase, offset))
  }
}

const readAt = (fd: number, position: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length)
  if (readSync(fd, bytes, 0, length, position) !== length) throw new RangeError('a pack index is cut short')
  return bytes
}

const readFanOut = (fd: number): Uint32Array => {
  const header = readAt(fd, 0, namesAt)
  if (header.readUInt32BE(0) !== 0xff744f63 || header.readUInt32BE(4) !== 2) {
    throw new RangeError('a pack index is not of version 2')
  }
  return Uint32Array.from({ length: 256 }, (_, byte) => header.readUInt32BE(indexHeaderBytes + byte * 4))
}

/** Deltas were collected from the outside in, so the last one found is applied first. */
const applyAll = (base: Buffer, deltas: readonly Buffer[]): Buffer => deltas.reduceRight(applyDelta, base)

const rebase = (base: GitObject, deltas: readonly Buffer[]): GitObject => ({
  type: base.type,
  bytes: applyAll(base.bytes, deltas),
})
