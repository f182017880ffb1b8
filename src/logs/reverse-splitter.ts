/** Cuts a stream into lines, given its pieces from back to front; the last line comes first. Pure, and bounded as its twin. */
import { type LineLimits, lineBreak, type RawLine } from './raw-line.ts'
import type { Piece } from './stream-bytes.ts'

export class ReverseSplitter {
  private readonly limits: LineLimits
  /** What is known of the line whose start is not yet seen, in the order of the stream: its beginning is kept. */
  private held: Buffer[] = []
  private heldBytes = 0
  private end: number
  private start: number
  private hasLineBreak = false

  constructor(end: number, limits: LineLimits) {
    this.end = end
    this.start = end
    this.limits = limits
  }

  /** The lines that begin in this piece, which ends where the one before began. */
  push({ offset, bytes }: Piece): readonly RawLine[] {
    const lines: RawLine[] = []
    let to = bytes.length
    const skips = this.limits.literal !== undefined && !bytes.includes(this.limits.literal)
    for (
      let at = bytes.lastIndexOf(lineBreak);
      at !== -1;
      at = to === 0 ? -1 : bytes.lastIndexOf(lineBreak, to - 1)
    ) {
      this.prepend(bytes.subarray(at + 1, to))
      this.start = offset + at + 1
      this.emit(lines)
      this.end = this.start
      this.hasLineBreak = true
      to = at
      // No other line that lies in this piece as a whole is wanted: on to the one that began before it.
      if (skips) {
        to = bytes.indexOf(lineBreak)
        this.end = offset + to + 1
        break
      }
    }
    this.prepend(bytes.subarray(0, to))
    this.start = offset
    return lines
  }

  /** The line whose start is the start of everything. */
  flush(): readonly RawLine[] {
    const lines: RawLine[] = []
    this.emit(lines)
    this.end = this.start
    this.hasLineBreak = false
    return lines
  }

  private emit(lines: RawLine[]): void {
    const bytes = this.takeHeld()
    const contentBytes = this.end - this.start - (this.hasLineBreak ? 1 : 0)
    if (this.end === this.start) return
    const { literal } = this.limits
    if (literal !== undefined && !bytes.includes(literal)) return
    lines.push({
      offset: this.start,
      end: this.end,
      bytes,
      omittedBytes: contentBytes - bytes.length,
      hasLineBreak: this.hasLineBreak,
    })
  }

  private prepend(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.held.unshift(bytes.subarray(0, this.limits.maxBytes))
    this.heldBytes += Math.min(bytes.length, this.limits.maxBytes)
    while (this.heldBytes > this.limits.maxBytes + this.held.at(-1)!.length)
      this.heldBytes -= this.held.pop()!.length
  }

  private takeHeld(): Buffer {
    const bytes = this.held.length === 1 ? this.held[0]! : Buffer.concat(this.held)
    this.held = []
    this.heldBytes = 0
    return bytes.subarray(0, this.limits.maxBytes)
  }
}
