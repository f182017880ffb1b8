/** `StandardInputText=` and `StandardInputData=`: pieces of what a service reads, put together in the order written. */
import type { Assigned, ValueType } from '../directive.ts'
import { escapeSequenceAt } from '../syntax/escape-sequence.ts'
import { mergeRawBytes } from '../syntax/raw-bytes.ts'
import { wanted } from './value-type.ts'

export const inputDataKinds = ['StandardInputText', 'StandardInputData'] as const

/** As systemd has it. */
const mostBytes = 64 * 1024 * 1024

/** The bytes as characters below 256. */
export type ByteText = string

export const inputData: ValueType<ByteText> = {
  name: 'text or base64',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const read = context.directive === 'StandardInputData' ? fromBase64(text) : fromText(text, context)
    if (typeof read !== 'string') return { value: previous, problem: read }
    return appended(previous ?? '', read)
  },
}

const appended = (previous: ByteText, more: ByteText): Assigned<ByteText> =>
  previous.length + more.length <= mostBytes
    ? { value: previous + more }
    : {
        value: previous,
        problem: { severity: 'error', message: 'is more than 64 MiB together with what stands before it' },
      }

/** With its padding, and no bits left over. */
const fromBase64 = (text: string) => {
  const digits = text.replace(/[ \t\n\r]/g, '')
  try {
    const bytes = atob(digits)
    return btoa(bytes) === digits ? bytes : wanted('base64', text)
  } catch {
    return wanted('base64', text)
  }
}

/** Each piece of text is a line. */
const fromText = (text: string, context: Parameters<typeof inputData.assign>[2]) => {
  const plain = unescaped(text)
  if (plain === undefined) return wanted('a text whose escapes are those of C', text)
  const expanded = context.expand(plain)
  if ('problem' in expanded) return { severity: 'error', message: expanded.problem } as const
  return bytesOf(`${expanded.text}\n`)
}

const unescaped = (text: string): string | undefined => {
  let plain = ''
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\\') {
      plain += text[at]
      continue
    }
    const sequence = escapeSequenceAt(text, at + 1)
    if (sequence === undefined) return undefined
    plain += sequence.text
    at += sequence.length
  }
  return mergeRawBytes(plain)
}

const bytesOf = (text: string): ByteText => {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}
