/** Flags by name: secure bits, propagation of mounts. */
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import { choice } from './choice.ts'
import { resettable } from './value-type.ts'

/** prctl(2), PR_SET_SECUREBITS. */
export const secureBitNames: Readonly<Record<string, number>> = {
  noroot: 1,
  'noroot-locked': 2,
  'no-setuid-fixup': 4,
  'no-setuid-fixup-locked': 8,
  'keep-caps': 16,
  'keep-caps-locked': 32,
}

/** The last assignment counts. */
export const secureBits: ValueType<readonly string[]> = {
  name: `some of ${Object.keys(secureBitNames).join(', ')}`,
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    const words = splitWords(text)
    if (words === undefined)
      return { value: previous, problem: { severity: 'error', message: 'a quote is opened and not closed' } }
    const problems = words
      .filter((word) => !Object.hasOwn(secureBitNames, word))
      .map((word) => ({ severity: 'warning' as const, message: `knows no secure bit "${word}"` }))
    const named = Object.keys(secureBitNames).filter((name) => words.includes(name))
    return { value: named.length === 0 ? undefined : named, problems }
  },
  print: (names) => names.join(' '),
}

/** mount(2). */
export const propagationBits: Readonly<Record<string, number>> = {
  shared: 2 ** 20,
  slave: 2 ** 19,
  private: 2 ** 18,
}

export const mountPropagation = resettable(choice(['shared', 'slave', 'private']))
