/** One of a few words, some of which have other spellings. */
import { nearest } from '../../base/nearest.ts'
import type { ValueType } from '../directive.ts'
import { parseBoolean } from './boolean.ts'
import { wanted } from './value-type.ts'

/** The last assignment counts; a word that is none of them leaves what was there. */
export const choice = <const Word extends string>(
  words: readonly Word[],
  others: Readonly<Record<string, Word>> = {},
): ValueType<Word> => chooseBy(words, (text) => words.find((word) => word === text) ?? own(others, text))

/** As `choice`; every way to say yes or no stands for a word, too. */
export const choiceOrBoolean = <const Word extends string>(
  words: readonly Word[],
  meaning: { readonly yes: NoInfer<Word>; readonly no: NoInfer<Word> },
  others: Readonly<Record<string, NoInfer<Word>>> = {},
): ValueType<Word> =>
  chooseBy(words, (text) => {
    const truth = parseBoolean(text)
    if (truth !== undefined) return truth ? meaning.yes : meaning.no
    return words.find((word) => word === text) ?? own(others, text)
  })

const chooseBy = <Word extends string>(
  words: readonly Word[],
  find: (text: string) => Word | undefined,
): ValueType<Word> => {
  const name = words.length === 2 ? `${words[0]} or ${words[1]}` : `one of ${words.join(', ')}`
  return {
    name,
    assign: (previous, text) => {
      const value = find(text)
      if (value !== undefined) return { value }
      const near = nearest(text, words)
      const problem = { ...wanted(name, text), ...(near === undefined ? {} : { suggestion: near }) }
      return { value: previous, problem }
    },
    print: (value) => value,
  }
}

const own = <Word extends string>(others: Readonly<Record<string, Word>>, text: string): Word | undefined =>
  Object.hasOwn(others, text) ? others[text] : undefined
