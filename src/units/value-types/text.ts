/** Plain texts, most of them with specifiers expanded. */
import { err, ok } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import { eachWord, list, printWords } from './value-type.ts'

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

/** Words, each of them checked. */
export const words = (
  name: string,
  isValid: (word: string) => boolean = () => true,
): ValueType<readonly string[]> =>
  list(
    name,
    eachWord(name, (word) => (isValid(word) ? ok(word) : err(`"${word}" is none`))),
    { print: printWords },
  )
