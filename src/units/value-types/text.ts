/** Plain texts, most of them with specifiers expanded. */
import { err, ok } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import { quotedWords } from '../syntax/words.ts'
import { eachWord, list, printEscapedWords, printWords } from './value-type.ts'

/** Any text after specifiers; empty means not set. */
export const text: ValueType<string> = checkedText('a text', () => true)

/** A text after specifiers that has to be of a form. A specifier that can't be resolved leaves what was there. */
export function checkedText(name: string, isValid: (value: string) => boolean): ValueType<string> {
  return {
    name,
    assign: (previous, written, context) => {
      if (written === '') return { value: undefined }
      const expanded = context.expand(written)
      if ('problem' in expanded)
        return { value: previous, problem: { severity: 'error', message: expanded.problem } }
      if (isValid(expanded.text)) return { value: expanded.text }
      return {
        value: previous,
        problem: { severity: 'error', message: `wants ${name}, got "${expanded.text}"` },
      }
    },
    print: (value) => value.replaceAll('%', '%%'),
  }
}

/** The name of a security context, which refuses the unit where it can't be resolved, but for one with `-` before it. */
export const securityLabel: ValueType<string> = {
  ...text,
  assign: (previous, written, context) => {
    const assigned = text.assign(previous, written, context)
    if (assigned.problem === undefined || written.startsWith('-')) return assigned
    return { ...assigned, problem: { ...assigned.problem, refuses: 'bad-setting' } }
  },
}

const readChecked = (isValid: (word: string) => boolean) => (word: string) =>
  isValid(word) ? ok(word) : err(`"${word}" is none`)

/** Words, each of them checked. */
export const words = (name: string, isValid: (word: string) => boolean): ValueType<readonly string[]> =>
  list(name, eachWord(name, readChecked(isValid)), { print: printWords })

/** As `words`, with escapes of C in them undone. */
export const escapedWords = (
  name: string,
  isValid: (word: string) => boolean,
): ValueType<readonly string[]> =>
  list(name, eachWord(name, readChecked(isValid), quotedWords), { print: printEscapedWords })
