/** A pack ends in the SHA-1 of what stands before: computed as the bytes come, without holding them. */
import { createHash } from 'node:crypto'

const trailerBytes = 20

export class PackHash {
  readonly #hash = createHash('sha1')
  /** What may be the trailer. */
  #last: Buffer = Buffer.alloc(0)

  add(chunk: Buffer): void {
    const bytes = this.#last.length === 0 ? chunk : Buffer.concat([this.#last, chunk])
    const end = Math.max(0, bytes.length - trailerBytes)
    this.#hash.update(bytes.subarray(0, end))
    this.#last = Buffer.from(bytes.subarray(end))
  }

  /** Once, after the last byte. */
  isRight(): boolean {
    return this.#last.length === trailerBytes && this.#hash.digest().equals(this.#last)
  }
}
