/** Cuts a stream into lines, given its pieces from front to back. Pure; holds at most one line, and of that a bounded part. */
import { type LineLimits, lineBreak, type RawLine } from './raw-line.ts'
import type { Piece } from './stream-bytes.ts'

export class LineSplitter {
  private readonly limits: LineLimits
  /** The line that has no end yet. */
  private held: Buffer[] = []
  private heldBytes = 0
  private start = 0
  private next = -1

  constructor(limits: LineLimits) {
    this.limits = limits
  }

  /** Where the unfinished line begins, or the next one will. */
  get lineStart(): number {
    return this.start
  }

  /** The lines that end in this piece. A gap before it ends a line, too. */
  push({ offset, bytes }: Piece): readonly RawLine[] {
    const lines: RawLine[] = []
    if (offset !== this.next) {
      lines.push(...this.flush())
      this.start = offset
    }
    let from = 0
    if (this.start < offset) {
      const end = bytes.indexOf(lineBreak)
      this.hold(end === -1 ? bytes : bytes.subarray(0, end))
      this.next = offset + bytes.length
      if (end === -1) return lines
      from = end + 1
      this.emit(this.lineOf(this.takeHeld(), this.start, offset + from, true), lines)
    }
    from =
      this.limits.literal === undefined
        ? this.splitAll(bytes, from, offset, lines)
        : this.splitSome(bytes, from, offset, lines)
    this.hold(bytes.subarray(from))
    this.start = offset + from
    this.next = offset + bytes.length
    return lines
  }

  /** The unfinished line, if there is one. */
  flush(): readonly RawLine[] {
    const lines: RawLine[] = []
    if (this.next > this.start) this.emit(this.lineOf(this.takeHeld(), this.start, this.next, false), lines)
    this.start = this.next
    return lines
  }

  private splitAll(bytes: Buffer, begin: number, offset: number, lines: RawLine[]): number {
    let from = begin
    for (let at = bytes.indexOf(lineBreak, from); at !== -1; at = bytes.indexOf(lineBreak, from)) {
      lines.push(this.lineOf(bytes.subarray(from, at), offset + from, offset + at + 1, true))
      from = at + 1
    }
    return from
  }

  private splitSome(bytes: Buffer, begin: number, offset: number, lines: RawLine[]): number {
    const literal = this.limits.literal!
    let from = begin
    for (let hit = bytes.indexOf(literal, from); hit !== -1; hit = bytes.indexOf(literal, from)) {
      const start = Math.max(from, bytes.lastIndexOf(lineBreak, hit) + 1)
      const end = bytes.indexOf(lineBreak, hit)
      if (end === -1) return start
      // A copy: the few lines that are wanted shall not keep all that was searched.
      const content = Buffer.from(bytes.subarray(start, end))
      lines.push(this.lineOf(content, offset + start, offset + end + 1, true))
      from = end + 1
    }
    return Math.max(from, bytes.lastIndexOf(lineBreak) + 1)
  }

  private hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    const room = this.limits.maxBytes - this.heldBytes
    if (room > 0) this.held.push(Buffer.from(bytes.subarray(0, room)))
    this.heldBytes += bytes.length
  }

  private takeHeld(): Buffer {
    const bytes = Buffer.concat(this.held)
    this.held = []
    this.heldBytes = 0
    return bytes
  }

  private lineOf(content: Buffer, offset: number, end: number, hasLineBreak: boolean): RawLine {
    const bytes = content.subarray(0, this.limits.maxBytes)
    return {
      offset,
      end,
      bytes,
      omittedBytes: end - offset - bytes.length - (hasLineBreak ? 1 : 0),
      hasLineBreak,
    }
  }

  private emit(line: RawLine, lines: RawLine[]): void {
    if (this.limits.literal === undefined || line.bytes.includes(this.limits.literal)) lines.push(line)
  }
}
