/**
 * Bytes that are no UTF-8, kept in strings: each byte 0x80–0xff that fits nowhere becomes the lone surrogate U+DC80–U+DCFF,
 * so that nothing is lost between a file and a process' argv. Well-formed text is the common case and costs nothing.
 */

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Text of any bytes; `encodeBytes` gives the same bytes back. */
export const decodeBytes = (bytes: Uint8Array): string => {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return decodeLossless(bytes)
  }
}

/** Bytes of a text; lone surrogates U+DC80–U+DCFF stand for one raw byte each. */
export const encodeBytes = (text: string): Uint8Array => {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (isRawByte(code)) bytes.push(code - 0xdc00)
    else bytes.push(...encoder.encode(character))
  }
  return Uint8Array.from(bytes)
}

/** Whether a code unit or point stands for a raw byte. */
export const isRawByte = (code: number): boolean => code >= 0xdc80 && code <= 0xdcff

/** Into UTF-16 code units directly: a binary file has a stray byte every few bytes, and must not cost a slice for each. */
const decodeLossless = (bytes: Uint8Array): string => {
  const units = new Uint16Array(bytes.length)
  let filled = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    const code = length === 0 ? 0xdc00 + bytes[at]! : codePointAt(bytes, at, length)
    if (code > 0xffff) units[filled++] = 0xd7c0 + (code >> 10)
    units[filled++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code
    at += length || 1
  }
  return textOfUnits(units.subarray(0, filled))
}

const textOfUnits = (units: Uint16Array): string => {
  const parts: string[] = []
  for (let at = 0; at < units.length; at += 8192)
    parts.push(String.fromCharCode(...units.subarray(at, at + 8192)))
  return parts.join('')
}

const codePointAt = (bytes: Uint8Array, at: number, length: number): number => {
  let code = length === 1 ? bytes[at]! : bytes[at]! & (0x7f >> length)
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i]! & 0x3f)
  return code
}

/** Length of the UTF-8 sequence that begins at `at`, 0 where none does (RFC 3629, table of well-formed sequences). */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at]!
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0
  return isShortestForm(first, bytes[at + 1]!) ? length : 0
}

/** Rules out overlong forms, surrogates and what lies beyond U+10FFFF: all show in the second byte. */
const isShortestForm = (first: number, second: number): boolean => {
  if (first === 0xe0) return second >= 0xa0
  if (first === 0xed) return second < 0xa0
  if (first === 0xf0) return second >= 0x90
  return first !== 0xf4 || second < 0x90
}
