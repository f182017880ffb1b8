/** Lines as bytes, before anything is made of them. */

export interface RawLine {
  /** Logical offset of its first byte. */
  readonly offset: number
  /** Behind its last byte, the line break included. */
  readonly end: number
  /** Without the line break, and no more than the first so many bytes of a very long line. */
  readonly bytes: Buffer
  /** Bytes of the line that `bytes` does not have. */
  readonly omittedBytes: number
  readonly hasLineBreak: boolean
}

export const lineBreak = 0x0a

/** A longer line is cut when it is shown; `--raw` has all of it. */
export const maxShownBytes = 256 * 1024

export interface LineLimits {
  readonly maxBytes: number
  /** Lines without these bytes are not wanted, and are passed over fast. */
  readonly literal?: Buffer | undefined
}
