/** Conditions that compare a number: `ConditionCPUs=>= 2`, `ConditionMemory=1G`. */
import { countBlanks } from '../syntax/blanks.ts'
import { compareNumbers, type Order, readOrder } from './order.ts'

/** `>= 2`; without an operator, at least that much. */
export const judgeAmount = (
  actual: number,
  parameter: string,
  parse: (text: string) => number | undefined,
): boolean | undefined => {
  const { order, rest }: { order: Order; rest: string } = readOrder(parameter) ?? {
    order: '>=',
    rest: parameter,
  }
  const wanted = parse(rest.slice(countBlanks(rest)))
  if (wanted === undefined || order.includes('$')) return undefined
  return compareNumbers(actual, order, wanted)
}

/** As C reads it: `0x10` and `010` are no decimals. */
export const parseWholeNumber = (text: string): number | undefined => {
  const match = /^\+?(?:(0x[0-9a-f]+)|0([0-7]+)|(0|[1-9]\d*))$/i.exec(text)
  if (match === null) return undefined
  const value = match[2] === undefined ? Number(match[1] ?? match[3]) : Number.parseInt(match[2], 8)
  return value < 2 ** 32 ? value : undefined
}
