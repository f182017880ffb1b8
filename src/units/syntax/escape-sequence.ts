/** One C escape, as systemd.syntax(7) lists them; what is not in its table is no escape. */
import { rawByte } from './raw-bytes.ts'

/** Text that the escape stands for, and how many characters after the backslash it took. */
export interface EscapeSequence {
  readonly text: string
  readonly length: number
}

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  s: ' ',
}

/** Digits behind `x`, `u` and `U`. */
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The escape behind a backslash at `text[at - 1]`; undefined where there is none. NUL is made only where it is allowed. */
export const escapeSequenceAt = (text: string, at: number, allowsNul = false): EscapeSequence | undefined => {
  const letter = text[at] ?? ''
  const plain = simple[letter]
  if (plain !== undefined) return { text: plain, length: 1 }
  const digits = hexDigits[letter]
  const sequence =
    digits === undefined
      ? octal(text.slice(at, at + 3))
      : hex(letter, text.slice(at + 1, at + 1 + digits), digits)
  return sequence?.text === '\0' && !allowsNul ? undefined : sequence
}

const hex = (letter: string, digits: string, count: number): EscapeSequence | undefined => {
  if (digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return undefined
  const code = Number.parseInt(digits, 16)
  if (letter === 'x') return { text: rawByte(code), length: 1 + count }
  if (letter === 'U' && !isUnicode(code)) return undefined
  return { text: isSurrogate(code) ? surrogateBytes(code) : String.fromCodePoint(code), length: 1 + count }
}

const octal = (digits: string): EscapeSequence | undefined => {
  if (!/^[0-7]{3}$/.test(digits)) return undefined
  const code = Number.parseInt(digits, 8)
  return code > 0xff ? undefined : { text: rawByte(code), length: 3 }
}

const isUnicode = (code: number): boolean =>
  code < 0x110000 && !isSurrogate(code) && !(code >= 0xfdd0 && code <= 0xfdef) && (code & 0xfffe) !== 0xfffe

const isSurrogate = (code: number): boolean => (code & 0xfffff800) === 0xd800

/** `\ud800` is no character: systemd makes the three bytes that UTF-8 would have for it, and so do we. */
const surrogateBytes = (code: number): string =>
  [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)].map(rawByte).join('')
