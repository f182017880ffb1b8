/** The lines of a part of a stream, forwards or backwards, in batches. */
import { LineSplitter } from './line-splitter.ts'
import { type LineLimits, lineBreak, type RawLine } from './raw-line.ts'
import { ReverseSplitter } from './reverse-splitter.ts'
import type { Range, Span } from './selection.ts'
import type { Piece, StreamBytes } from './stream-bytes.ts'

/** First reads are small, because most questions are; longer ones soon read in larger blocks. */
const firstBlockBytes = 64 * 1024

/** Lines are made of so much at a time: a question about minutes of output shall not hold thousands of lines at once. */
const batchBytes = 16 * 1024
/** Where few lines are expected to be wanted. */
const searchedBatchBytes = 64 * 1024

export interface ScanOptions extends LineLimits {
  readonly maxBlockBytes: number
}

export async function* linesForward(
  bytes: StreamBytes,
  range: Range,
  options: ScanOptions,
): AsyncGenerator<readonly RawLine[]> {
  const { from, to } = await wholeLines(bytes, range)
  const splitter = new LineSplitter(options)
  // The splitter keeps no part of it where it looks for a text.
  const into = options.literal === undefined ? undefined : Buffer.allocUnsafe(options.maxBlockBytes)
  for await (const piece of piecesOf(bytes, { from, to }, options.maxBlockBytes, into)) {
    for (const part of partsOf(piece, options)) yield splitter.push(part)
  }
  yield splitter.flush()
}

export async function* linesBackward(
  bytes: StreamBytes,
  range: Range,
  options: ScanOptions,
): AsyncGenerator<readonly RawLine[]> {
  const { from, to } = await wholeLines(bytes, range)
  const splitter = new ReverseSplitter(to, options)
  let blockBytes = Math.min(firstBlockBytes, options.maxBlockBytes)
  for (let end = to; end > from; ) {
    const start = Math.max(from, await bytes.stepBack(end, blockBytes))
    if (start >= end) break
    const pieces: Piece[] = []
    for await (const piece of piecesOf(bytes, { from: start, to: end }, blockBytes)) pieces.unshift(piece)
    for (const piece of pieces) {
      for (const part of partsOf(piece, options).reverse()) yield splitter.push(part)
    }
    end = start
    blockBytes = Math.min(blockBytes * 2, options.maxBlockBytes)
  }
  yield splitter.flush()
}

const partsOf = ({ offset, bytes }: Piece, { literal }: LineLimits): Piece[] => {
  const partBytes = literal === undefined ? batchBytes : searchedBatchBytes
  const parts: Piece[] = []
  for (let at = 0; at < bytes.length; at += partBytes)
    parts.push({ offset: offset + at, bytes: bytes.subarray(at, at + partBytes) })
  return parts
}

/** The bytes of a part of a stream, in order. `into`: room for one block; each piece is good until the next is asked for. */
export async function* piecesOf(
  bytes: StreamBytes,
  { from, to }: Span,
  maxBlockBytes: number,
  into?: Buffer,
): AsyncGenerator<Piece> {
  let blockBytes = Math.min(firstBlockBytes, maxBlockBytes)
  for (let at = from; at < to; ) {
    const piece = await bytes.read(at, Math.min(blockBytes, to - at), into)
    if (piece === undefined || piece.offset >= to) return
    const wanted = piece.bytes.subarray(0, to - piece.offset)
    yield { offset: piece.offset, bytes: wanted }
    at = piece.offset + wanted.length
    blockBytes = Math.min(blockBytes * 2, maxBlockBytes)
  }
}

/** The range with its loose ends moved to where lines begin. */
const wholeLines = async (bytes: StreamBytes, range: Range): Promise<Span> => ({
  from: range.isLooseStart ? await nextLineStart(bytes, range.from, range.to) : range.from,
  to: await nextLineStart(bytes, range.to, range.endLimit),
})

/** `offset` if a line begins there, or else where the next one does; at most `limit`. */
const nextLineStart = async (bytes: StreamBytes, offset: number, limit: number): Promise<number> => {
  if (offset >= limit || offset === 0) return Math.min(offset, limit)
  for await (const piece of piecesOf(bytes, { from: offset - 1, to: limit }, firstBlockBytes)) {
    const at = piece.bytes.indexOf(lineBreak)
    if (at !== -1) return piece.offset + at + 1
  }
  return limit
}

/** Where the line begins that has no end at `end`; `end` itself if there is none. */
export const unfinishedLineStart = async (bytes: StreamBytes, { from, to }: Span): Promise<number> => {
  for (let end = to; end > from; ) {
    const start = Math.max(from, await bytes.stepBack(end, firstBlockBytes))
    if (start >= end) break
    let found = -1
    for await (const piece of piecesOf(bytes, { from: start, to: end }, firstBlockBytes)) {
      const at = piece.bytes.lastIndexOf(lineBreak)
      if (at !== -1) found = piece.offset + at + 1
    }
    if (found !== -1) return found
    end = start
  }
  return from
}
