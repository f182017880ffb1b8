/** Splits text into words the way systemd does: quotes, backslashes, separators (its `extract_first_word()`). */
import { blanks } from './blanks.ts'
import { escapeSequenceAt } from './escape-sequence.ts'
import { mergeRawBytes } from './raw-bytes.ts'

export interface WordRules {
  /** Quotes group and vanish; otherwise they are ordinary characters. */
  readonly quotes: boolean
  /** C escapes mean what they say; otherwise a backslash only protects the next character. */
  readonly escapes: boolean
  /** A backslash that begins no escape stays, instead of making the text invalid. */
  readonly keepUnknownEscapes?: boolean
  /** A quote left open ends with the text, instead of making it invalid. */
  readonly allowOpenQuote?: boolean
  /** Blanks, where not given. */
  readonly separators?: string
  /** Each separator ends a word, an empty one too; where they are not gathered. */
  readonly keepsEmpty?: boolean
  /** A backslash is a character like others. */
  readonly plainBackslash?: boolean
  /** A backslash protects a separator, even where escapes mean what they say. */
  readonly protectsSeparators?: boolean
  /** An escape may make NUL. */
  readonly allowsNul?: boolean
}

/** A word, the place behind it and its separators; `invalid`: an open quote or a bad escape; undefined: no more words. */
export type NextWord = { readonly word: string; readonly next: number } | 'invalid' | undefined

/** Words with C escapes and quotes, as in `Environment=` and command lines. */
export const quotedWords: WordRules = { quotes: true, escapes: true }

export const nextWord = (text: string, start: number, rules: WordRules): NextWord => {
  const separators = rules.separators ?? blanks
  if (rules.keepsEmpty) return nextField(text, start, separators, rules)
  let at = start
  while (at < text.length && separators.includes(text[at]!)) at += 1
  if (at >= text.length) return undefined
  const read = readWord(text, at, separators, rules)
  if (read === 'invalid') return read
  at = read.next
  while (at < text.length && separators.includes(text[at]!)) at += 1
  return { word: mergeRawBytes(read.word), next: at }
}

/** `next` is behind the one separator; behind the end and one more where there is none. */
const nextField = (text: string, start: number, separators: string, rules: WordRules): NextWord => {
  if (start > text.length) return undefined
  const read = readWord(text, start, separators, rules)
  return read === 'invalid' ? read : { word: mergeRawBytes(read.word), next: read.next + 1 }
}

/** All words; undefined where the text is invalid. */
export const splitWords = (text: string, rules: WordRules = quotedWords): readonly string[] | undefined => {
  const words: string[] = []
  for (let at = 0; ; ) {
    const found = nextWord(text, at, rules)
    if (found === undefined) return words
    if (found === 'invalid') return undefined
    words.push(found.word)
    at = found.next
  }
}

const readWord = (text: string, start: number, separators: string, rules: WordRules) => {
  const parts: string[] = []
  let quote = ''
  let at = start
  while (at < text.length) {
    const character = text[at]!
    if (character === '\\' && !rules.plainBackslash) {
      const escaped = readBackslash(text, at + 1, quote !== '', rules)
      if (!escaped) return 'invalid'
      parts.push(escaped.text)
      at += 1 + escaped.length
      continue
    }
    if (quote === '' && separators.includes(character)) break
    at += 1
    if (character === quote) quote = ''
    else if (quote === '' && rules.quotes && (character === '"' || character === "'")) quote = character
    else parts.push(character)
  }
  if (quote !== '' && !rules.allowOpenQuote) return 'invalid'
  return { word: parts.join(''), next: at }
}

/** What stands for the backslash before `at`; undefined where that makes the whole text invalid. */
const readBackslash = (text: string, at: number, isQuoted: boolean, rules: WordRules) => {
  if (at >= text.length) {
    if (rules.keepUnknownEscapes && (!isQuoted || rules.allowOpenQuote)) return { text: '\\', length: 0 }
    return rules.allowOpenQuote ? { text: '', length: 0 } : undefined
  }
  if (!rules.escapes) return { text: text[at]!, length: 1 }
  if (rules.protectsSeparators && rules.separators?.includes(text[at]!)) return { text: text[at]!, length: 1 }
  const sequence = escapeSequenceAt(text, at, rules.allowsNul)
  if (sequence) return sequence
  return rules.keepUnknownEscapes ? { text: `\\${text[at]}`, length: 1 } : undefined
}
