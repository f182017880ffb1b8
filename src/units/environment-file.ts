/** The text of an `EnvironmentFile=`: its own quoting rules, near those of a shell (systemd.exec(5)). */
import { isEnvironmentName } from './environment-assignments.ts'
import { isBlank, trimEnd } from './syntax/blanks.ts'
import { isCleanText } from './syntax/raw-bytes.ts'

export interface EnvironmentFileContent {
  /** Later assignments of a name win. */
  readonly variables: ReadonlyMap<string, string>
  /** Names that no variable may have, with their lines: skipped. */
  readonly invalid: readonly { readonly name: string; readonly line: number }[]
}

/** Undefined where systemd refuses the whole file: stray bytes, or NUL. */
export const parseEnvironmentFile = (text: string): EnvironmentFileContent | undefined => {
  if (text.includes('\0')) return undefined
  const variables = new Map<string, string>()
  const invalid: { name: string; line: number }[] = []
  for (const { name, value, line } of assignments(text)) {
    if (!isCleanText(name) || !isCleanText(value)) return undefined
    if (isEnvironmentName(name)) variables.set(name, value)
    else invalid.push({ name, line })
  }
  return { variables, invalid }
}

interface FileAssignment {
  readonly name: string
  readonly value: string
  readonly line: number
}

function* assignments(text: string): Generator<FileAssignment> {
  let line = 1
  for (let at = 0; at < text.length; ) {
    const start = at
    const read = readItem(text, at)
    at = read.next
    if (read.name !== undefined) yield { name: read.name, value: read.value, line }
    for (let i = start; i < at; i++) if (text[i] === '\n') line += 1
  }
}

type Item =
  | { readonly name: string; readonly value: string; readonly next: number }
  | { readonly name?: undefined; readonly next: number }

const readItem = (text: string, at: number): Item => {
  if (isBlank(text[at])) return { next: at + 1 }
  return isComment(text[at]!) ? skipComment(text, at) : readAssignment(text, at)
}

const isComment = (character: string): boolean => character === '#' || character === ';'

const isLineEnd = (character: string): boolean => character === '\n' || character === '\r'

/** A backslash takes the next character into the comment, a line end too. */
const skipComment = (text: string, start: number): { readonly next: number } => {
  let at = start
  while (at < text.length && !isLineEnd(text[at]!)) at += text[at] === '\\' ? 2 : 1
  return { next: Math.min(at + 1, text.length) }
}

const readAssignment = (text: string, start: number): Item => {
  let at = start
  while (at < text.length && text[at] !== '=' && !isLineEnd(text[at]!)) at += 1
  if (text[at] !== '=') return { next: at + 1 }
  return { name: trimEnd(text.slice(start, at)), ...readValue(text, at + 1) }
}

/**
 * Quotes open only where the value begins or right behind another quote; elsewhere they are characters. Blanks before and
 * between quoted pieces vanish, blanks at the end of an unquoted piece too.
 */
const readValue = (text: string, start: number): { readonly value: string; readonly next: number } => {
  let value = ''
  let at = start
  while (at < text.length && !isLineEnd(text[at]!)) {
    const character = text[at]!
    if (isBlank(character)) at += 1
    else if (character === '"' || character === "'") {
      const piece = character === '"' ? readDoubleQuoted(text, at + 1) : readSingleQuoted(text, at + 1)
      value += piece.value
      at = piece.next
    } else {
      const piece = readUnquoted(text, at)
      return { value: value + piece.value, next: piece.next }
    }
  }
  return { value, next: at + 1 }
}

const readSingleQuoted = (text: string, start: number) => {
  const end = text.indexOf("'", start)
  return end < 0
    ? { value: text.slice(start), next: text.length }
    : { value: text.slice(start, end), next: end + 1 }
}

const readDoubleQuoted = (text: string, start: number) => {
  let value = ''
  let at = start
  for (; at < text.length && text[at] !== '"'; at += 1) {
    if (text[at] !== '\\') value += text[at]
    else {
      at += 1
      value += unescapeQuoted(text[at] ?? '')
    }
  }
  return { value, next: at + 1 }
}

/** As in a shell: only what needs a backslash loses it, and an escaped line end vanishes. */
const unescapeQuoted = (character: string): string => {
  if (character === '' || character === '\n') return ''
  return '"\\`$'.includes(character) ? character : `\\${character}`
}

const readUnquoted = (text: string, start: number) => {
  let value = ''
  /** Up to here the value stays when blanks at its end go: an escaped blank is kept. */
  let kept = 0
  let at = start
  for (; at < text.length && !isLineEnd(text[at]!); at += 1) {
    if (text[at] === '\\') {
      at += 1
      if (at < text.length && !isLineEnd(text[at]!)) value += text[at]
      kept = value.length
    } else value += text[at]
  }
  return { value: value.slice(0, kept) + trimEnd(value.slice(kept)), next: at + 1 }
}
