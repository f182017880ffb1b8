/** Physical lines of a unit file, joined to logical ones: comments dropped, continuations glued (systemd.syntax(7)). */
import { byteLength } from './raw-bytes.ts'

/** One line as systemd interprets it, and where each piece of it came from. */
export interface LogicalLine {
  readonly text: string
  /** Line number, from 1, of its first physical line. */
  readonly line: number
  /** Where the physical lines begin within `text`, with their numbers; empty where nothing was continued. */
  readonly pieces: readonly LinePiece[]
}

interface LinePiece {
  readonly start: number
  readonly line: number
}

/** systemd reads no line of 1 MiB or more, joined lines included. */
export const longestLineBytes = 1024 * 1024

export type LineProblem = { readonly problem: 'too-long'; readonly line: number }

/** Where within the file the character at `offset` of the logical line stands. */
export const placeInLine = (
  logical: LogicalLine,
  offset: number,
): { readonly line: number; readonly column: number } => {
  if (logical.pieces.length === 0) return { line: logical.line, column: offset + 1 }
  const piece = logical.pieces.findLast(({ start }) => start <= offset)!
  return { line: piece.line, column: offset - piece.start + 1 }
}

/**
 * Logical lines in order; ends with a problem where systemd stops reading. Blank and comment lines are left out, a comment
 * inside a continuation too. A backslash at a line's end becomes a space.
 */
export function* logicalLines(text: string): Generator<LogicalLine | LineProblem> {
  let joined: { parts: string[]; pieces: LinePiece[]; length: number } | undefined
  let number = 0
  let hasSeenMark = false
  for (const physical of physicalLines(text)) {
    number += 1
    if (isOverlong(physical, joined?.length ?? 0)) return yield { problem: 'too-long', line: number }
    let content = physical
    if (!hasSeenMark && content.startsWith('\ufeff')) {
      hasSeenMark = true
      content = content.slice(1)
    }
    if (isComment(content)) continue
    const isContinued = endsEscaped(content)
    const part = isContinued ? `${content.slice(0, -1)} ` : content
    if (!isContinued && !joined) {
      if (part !== '') yield { text: part, line: number, pieces: unbroken }
      continue
    }
    joined ??= { parts: [], pieces: [], length: 0 }
    joined.parts.push(part)
    joined.pieces.push({ start: joined.length, line: number })
    joined.length += part.length
    if (isContinued) continue
    yield finish(joined)
    joined = undefined
  }
  if (joined) yield finish(joined)
}

const unbroken: readonly LinePiece[] = []

const finish = (joined: {
  readonly parts: readonly string[]
  readonly pieces: readonly LinePiece[]
}): LogicalLine => ({
  text: joined.parts.join(''),
  line: joined.pieces[0]!.line,
  pieces: joined.pieces,
})

const lineEnd = /[\n\r\0]/g

/** A line ends with a run of different end characters (LF, CR, NUL), and at a NUL in any case: so systemd's read_line(). */
function* physicalLines(text: string): Generator<string> {
  const pattern = new RegExp(lineEnd)
  let start = 0
  while (start < text.length) {
    pattern.lastIndex = start
    if (!pattern.test(text)) return yield text.slice(start)
    const end = pattern.lastIndex - 1
    yield text.slice(start, end)
    start = end + endLength(text, end)
  }
}

const isLineEnd = (code: number): boolean => code === 0x0a || code === 0x0d || code === 0

const endLength = (text: string, at: number): number => {
  if (text.charCodeAt(at) === 0 || !isLineEnd(text.charCodeAt(at + 1))) return 1
  const seen: string[] = []
  for (let i = at; i < text.length; i++) {
    const character = text[i]!
    if (!isLineEnd(character.charCodeAt(0)) || seen.includes(character)) break
    seen.push(character)
    if (character === '\0') break
  }
  return seen.length
}

const isComment = (line: string): boolean => {
  let at = 0
  while (line[at] === ' ' || line[at] === '\t') at += 1
  return line[at] === '#' || line[at] === ';'
}

const endsEscaped = (line: string): boolean => {
  let slashes = 0
  while (slashes < line.length && line[line.length - 1 - slashes] === '\\') slashes += 1
  return slashes % 2 === 1
}

/** Bytes are counted only where the number of characters leaves it open. */
const isOverlong = (line: string, joinedLength: number): boolean => {
  if ((line.length + joinedLength) * 3 < longestLineBytes) return false
  return line.length + joinedLength > longestLineBytes || byteLength(line) >= longestLineBytes
}
