/** Comparison operators of conditions, `>= 4.15`, and the order of versions that they compare by. */
import { matchesGlob } from './glob.ts'

/** Of texts, `=` and `!=` compare letter by letter, `==` and `<>` as versions, `$=` and `!$=` with a pattern. */
const orders = ['<=', '>=', '<>', '<', '>', '==', '=', '!=', '$=', '!$='] as const
export type Order = (typeof orders)[number]

export interface OrderedText {
  readonly order: Order
  readonly rest: string
}

/** The operator that the text begins with. */
export const readOrder = (text: string): OrderedText | undefined => {
  const order = orders.find((each) => text.startsWith(each))
  return order === undefined ? undefined : { order, rest: text.slice(order.length) }
}

export const compareNumbers = (actual: number, order: Order, wanted: number): boolean =>
  isInOrder(actual - wanted, order)

export const compareText = (actual: string, order: Order, wanted: string): boolean => {
  switch (order) {
    case '=':
      return actual === wanted
    case '!=':
      return actual !== wanted
    case '$=':
      return matchesGlob(wanted, actual)
    case '!$=':
      return !matchesGlob(wanted, actual)
    default:
      return isInOrder(compareVersions(actual, wanted), order)
  }
}

/** `sign` as of a comparison function. */
const isInOrder = (sign: number, order: Order): boolean => {
  switch (order) {
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>=':
      return sign >= 0
    case '>':
      return sign > 0
    case '=':
    case '==':
    case '$=':
      return sign === 0
    case '!=':
    case '<>':
    case '!$=':
      return sign !== 0
  }
}

/**
 * Which version is newer (Version Format Specification, systemd-analyze(1) compare-versions): below zero, zero, above.
 * `1~rc1` is older than `1`, `1^post` newer; numbers count as numbers and are newer than letters.
 */
export const compareVersions = (left: string, right: string): number => {
  let [a, b] = [left, right]
  for (;;) {
    a = a.replace(invalidPrefix, '')
    b = b.replace(invalidPrefix, '')
    for (const separator of ['~', 'end', '-', '^', '.']) {
      if (separator === 'end') {
        if (a === '' || b === '') return Math.sign(a.length - b.length)
        continue
      }
      const sign = Number(b.startsWith(separator)) - Number(a.startsWith(separator))
      if (sign !== 0) return sign
      if (!a.startsWith(separator)) continue
      a = a.slice(1)
      b = b.slice(1)
    }
    const pattern = /^[0-9]/.test(a) || /^[0-9]/.test(b) ? /^[0-9]*/ : /^[A-Za-z]*/
    const [segmentA, segmentB] = [pattern.exec(a)![0], pattern.exec(b)![0]]
    const sign = pattern.source.includes('0')
      ? compareDigits(segmentA, segmentB)
      : compareLetters(segmentA, segmentB)
    if (sign !== 0) return sign
    a = a.slice(segmentA.length)
    b = b.slice(segmentB.length)
  }
}

/** What is part of no version only separates. */
const invalidPrefix = /^[^0-9A-Za-z~^.-]+/

/** Digits of any length; no digits at all are older than 0. */
const compareDigits = (a: string, b: string): number => {
  if ((a === '') !== (b === '')) return a === '' ? -1 : 1
  const [trimmedA, trimmedB] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return trimmedA.length - trimmedB.length || compareLetters(trimmedA, trimmedB)
}

const compareLetters = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
