/** Reads the fields of SSH's binary formats (RFC 4251, section 5); throws RangeError where bytes are missing or too many. */

export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('it is cut short')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  uint32(): number {
    return this.take(4).readUInt32BE()
  }

  /** A length and so many bytes. */
  string(): Buffer {
    return this.take(this.uint32())
  }

  text(): string {
    return this.string().toString('latin1')
  }

  /** A positive number without leading zeros. */
  number(): Buffer {
    const bytes = this.string()
    if ((bytes[0] ?? 0) >= 0x80) throw new RangeError('it holds a negative number')
    const first = bytes.findIndex((byte) => byte !== 0)
    return bytes.subarray(first < 0 ? bytes.length : first)
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('it has bytes too many')
  }
}

export const wireString = (bytes: Uint8Array | string): Buffer => {
  const content = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([length, content])
}
