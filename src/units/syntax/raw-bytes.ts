/** What systemd asks of text that may hold raw bytes, which `base/lossless-text.ts` keeps as lone surrogates. */
import { decodeBytes, encodeBytes, isRawByte } from '../../base/lossless-text.ts'

/** One raw byte as it stands in a string. */
export const rawByte = (byte: number): string => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)

/** The same bytes, with raw ones that together are UTF-8 turned into the characters they mean. */
export const mergeRawBytes = (text: string): string =>
  text.isWellFormed() ? text : decodeBytes(encodeBytes(text))

const reserved =
  /[\ufdd0-\ufdef\ufffe\uffff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]/
const unpaired = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Where the text stops being clean UTF-8 for systemd (a stray byte, a code point that Unicode reserves); -1: nowhere. */
export const firstUnclean = (text: string): number => text.search(text.isWellFormed() ? reserved : unpaired)

/** Whether systemd takes the text for clean UTF-8. */
export const isCleanText = (text: string): boolean => firstUnclean(text) < 0

/** Length in bytes, without encoding. */
export const byteLength = (text: string): number => {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80 || isRawByte(code)) continue
    length += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
  }
  return length
}
