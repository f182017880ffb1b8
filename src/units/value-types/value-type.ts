/** The ways in which assignments are folded into a value: replaced, replaced or reset, gathered in a list. */
import { err, type Result } from '../../base/result.ts'
import type { Problem, ValueContext, ValueType } from '../directive.ts'
import { nextWord, type WordRules } from '../syntax/words.ts'

/** One value out of one text; undefined, or a reason in English, where it is none. */
export type Parse<T> = (text: string, context: ValueContext) => T | undefined

/** `wants a time span, got "soon"`. */
export const wanted = (name: string, text: string): Problem => ({
  severity: 'error',
  message: `wants ${name}, got "${text}"`,
})

interface Printing<T> {
  readonly man?: string
  print?(value: T): string
}

/** The last assignment counts. A bad one, an empty one too, leaves what was there. */
export const scalar = <T>(name: string, parse: Parse<T>, printing: Printing<T> = {}): ValueType<T> => ({
  name,
  assign: (previous, text, context) => {
    const value = parse(text, context)
    return value === undefined ? { value: previous, problem: wanted(name, text) } : { value }
  },
  ...printing,
})

/** As the type itself, and an empty assignment takes the directive back to its default. */
export const resettable = <T>(type: ValueType<T>): ValueType<T> => ({
  ...type,
  assign: (previous, text, context) =>
    text === '' ? { value: undefined } : type.assign(previous, text, context),
})

/** As `resettable`, where an empty assignment means something of its own. */
export const emptyMeans = <T>(type: ValueType<T>, value: NoInfer<T>): ValueType<T> => ({
  ...type,
  assign: (previous, text, context) => (text === '' ? { value } : type.assign(previous, text, context)),
})

/** As the type itself, but an empty assignment is a bad value, not a reset. */
export const neverEmpty = <T>(type: ValueType<T>): ValueType<T> => ({
  ...type,
  assign: (previous, text, context) =>
    text === ''
      ? { value: previous, problem: wanted(type.name, text) }
      : type.assign(previous, text, context),
})

/** As the type itself, but a bad value refuses the unit. */
export const fatal = <T>(type: ValueType<T>): ValueType<T> => ({
  ...type,
  assign: (previous, text, context) => {
    const assigned = type.assign(previous, text, context)
    return assigned.problem === undefined
      ? assigned
      : { ...assigned, problem: { ...assigned.problem, severity: 'error', refuses: 'bad-setting' } }
  },
})

/** What is read out of one right side that holds several elements. */
export interface Elements<T> {
  readonly elements: readonly T[]
  readonly problems: readonly Problem[]
}

/** Later assignments add to earlier ones; an empty one forgets them. */
export const list = <T>(
  name: string,
  read: (text: string, context: ValueContext) => Elements<T>,
  printing: Printing<readonly T[]> = {},
): ValueType<readonly T[]> => ({
  name,
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const { elements, problems } = read(text, context)
    const earlier = previous ?? []
    return { value: elements.length === 0 ? previous : [...earlier, ...elements], problems }
  },
  ...printing,
})

/** As the list itself, each element once, at its first place. */
export const distinct = (type: ValueType<readonly string[]>): ValueType<readonly string[]> => ({
  ...type,
  assign: (previous, text, context) => {
    const assigned = type.assign(previous, text, context)
    return assigned.value === undefined ? assigned : { ...assigned, value: [...new Set(assigned.value)] }
  },
})

/** A backslash only protects what follows it; quotes group. */
export const plainWords: WordRules = { quotes: true, escapes: false }

/** Reads each word by itself; a bad one is left out, the others count, up to a quote that is not closed or a word that is no word. */
export const readWords = <T>(
  text: string,
  rules: WordRules,
  read: (word: string) => Result<T, string> | 'invalid',
): Elements<T> => {
  const elements: T[] = []
  const problems: Problem[] = []
  let found = nextWord(text, 0, rules)
  for (; found !== undefined && found !== 'invalid'; found = nextWord(text, found.next, rules)) {
    const parsed = read(found.word)
    if (parsed === 'invalid') {
      found = parsed
      break
    }
    if (parsed.ok) elements.push(parsed.value)
    else problems.push({ severity: 'error', message: parsed.error })
  }
  if (found === 'invalid')
    problems.push({ severity: 'error', message: 'a quote is not closed or a backslash begins no escape' })
  return { elements, problems }
}

/** As `readWords`, specifiers expanded. */
export const eachWord =
  <T>(
    name: string,
    parse: (word: string, context: ValueContext) => Result<T, string>,
    rules: WordRules = plainWords,
  ) =>
  (text: string, context: ValueContext): Elements<T> =>
    readWords(text, rules, (word) => {
      const expanded = context.expand(word)
      const parsed = 'problem' in expanded ? err(expanded.problem) : parse(expanded.text, context)
      return parsed.ok ? parsed : err(`wants ${name}: ${parsed.error}`)
    })

/** A word as `eachWord` reads it back: quoted where it must be, `%` doubled. */
export const printWord = (word: string): string => {
  const escaped = word.replace(/["'\\]/g, '\\$&').replaceAll('%', '%%')
  return /[ \t\n\r]/.test(word) || word === '' ? `"${escaped}"` : escaped
}

/** As `printWord`, where escapes of C are undone. */
export const printEscapedWord = (word: string): string =>
  printWord(word).replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')

export const printEscapedWords = (words: readonly string[]): string => words.map(printEscapedWord).join(' ')

export const printWords = (words: readonly string[]): string => words.map(printWord).join(' ')
