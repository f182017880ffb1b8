/** Conditions that compare texts or versions, each a list of which all must hold; senseless as soon as one of them is. */
import { countBlanks, trimEnd } from '../syntax/blanks.ts'
import { splitWords } from '../syntax/words.ts'
import type { ConditionFacts } from './facts.ts'
import { matchesGlob } from './glob.ts'
import { compareText, readOrder } from './order.ts'

/** All of a list of comparisons and patterns; in the first, blanks may stand behind the operator. */
export const judgeKernelVersion = (parameter: string, kernelRelease: string): boolean | undefined => {
  const [first = '', second = '', ...rest] = splitWords(parameter, unquotedWords) ?? []
  const isSplit = readOrder(first)?.rest === ''
  const terms = isSplit ? [first + second, ...rest] : [first, second, ...rest]
  if (terms[0] === '' || terms.some((term) => readOrder(term)?.rest === '')) return undefined
  return terms.every((term) => term === '' || isKernelVersion(term, kernelRelease))
}

const isKernelVersion = (term: string, release: string): boolean => {
  const ordered = readOrder(term)
  if (ordered === undefined) return matchesGlob(term, release)
  return compareText(release, ordered.order, ordered.rest.slice(countBlanks(ordered.rest)))
}

/** All of a list of `KEY=value`, `KEY>=version`. */
export const judgeOsRelease = (
  parameter: string,
  osRelease: ConditionFacts['osRelease'],
): boolean | undefined => {
  const comparisons = splitWords(parameter, unquotedWords)?.map(readComparison)
  if (comparisons === undefined) return undefined
  if (
    comparisons.some((comparison) => comparison === undefined || /^(?:[ \t\n\r]|$)/.test(comparison.wanted))
  )
    return undefined
  // What is not set is empty.
  return comparisons.every((comparison) => {
    const { key, order, wanted } = comparison!
    return compareText(osRelease[key] ?? '', order, wanted)
  })
}

/** `board_name = "Custom Board"`: a field of the firmware's tables. */
export const judgeSmbiosField = (
  parameter: string,
  fieldOf: ConditionFacts['firmware']['smbiosField'],
): boolean | undefined => {
  const comparison = readComparison(parameter)
  const [wanted, ...more] = splitWords(comparison?.wanted ?? '', unquotedWords) ?? []
  if (comparison === undefined || wanted === undefined || more.length > 0) return undefined
  const actual = fieldOf(trimEnd(comparison.key))
  return actual !== undefined && compareText(actual, comparison.order, wanted)
}

/** `KEY>=text`. */
const readComparison = (text: string) => {
  const match = /^([^!<>=$]+)(.+)$/s.exec(text)
  const ordered = readOrder(match?.[2] ?? '')
  return ordered === undefined ? undefined : { key: match![1]!, order: ordered.order, wanted: ordered.rest }
}

const unquotedWords = { quotes: true, escapes: false }
