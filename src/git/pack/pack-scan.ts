/** Reads a pack that has no index yet, from its first entry to its last. */
import { readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { type Inflated, inflateExactly, longestCompressed } from './inflate.ts'
import { type EntryHead, maxHeadBytes, readEntryHead } from './pack-entry.ts'
import { packCount, packHeaderBytes } from './pack-writer.ts'

export interface ScannedEntry extends Inflated {
  readonly head: EntryHead
  readonly offset: number
  readonly crc: number
}

/** Read at once: most objects are much smaller. */
const windowBytes = 256 * 1024
/** What is known of each object is held in memory: about 150 bytes. */
const maxObjects = 4_000_000

export class PackScan {
  readonly count: number
  readonly #fd: number
  readonly #end: number
  #window = Buffer.alloc(0)
  #windowAt = 0

  /** `size`: of the file, trailer included. Throws RangeError where it is no pack. */
  constructor(fd: number, size: number) {
    this.#fd = fd
    this.#end = size
    this.count = packCount(this.#bytes(0, packHeaderBytes))
    if (this.count > maxObjects) throw new RangeError(`a pack of ${this.count} objects is too large`)
  }

  /** Entries in order; each is inflated and may be forgotten. Throws RangeError, and what zlib throws. */
  *entries(): Generator<ScannedEntry> {
    let offset = packHeaderBytes
    for (let index = 0; index < this.count; index++) {
      const entry = this.entry(offset)
      yield entry
      offset += entry.head.length + entry.taken
    }
    if (offset !== this.#end - 20) throw new RangeError('a pack does not end where it should')
  }

  entry(offset: number): ScannedEntry {
    const head = readEntryHead(this.#bytes(offset, maxHeadBytes), offset)
    const raw = this.#bytes(offset, head.length + longestCompressed(head.size))
    const { bytes, taken } = inflateExactly(raw.subarray(head.length), head.size)
    return { head, offset, bytes, taken, crc: crc32(raw.subarray(0, head.length + taken)) }
  }

  /** At most `length` bytes from `offset`: fewer where the file ends. */
  #bytes(offset: number, length: number): Buffer {
    const wanted = Math.min(length, this.#end - offset)
    const isThere = offset >= this.#windowAt && offset + wanted <= this.#windowAt + this.#window.length
    if (!isThere) {
      const window = Buffer.allocUnsafe(Math.max(wanted, Math.min(windowBytes, this.#end - offset)))
      this.#window = window.subarray(0, readSync(this.#fd, window, 0, window.length, offset))
      this.#windowAt = offset
    }
    return this.#window.subarray(offset - this.#windowAt, offset - this.#windowAt + wanted)
  }
}
