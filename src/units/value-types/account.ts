/** Users and groups by name or number, as lenient as systemd is with names written in unit files. */
import { err, ok } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import { checkedText } from './text.ts'
import { eachWord, fatal, list } from './value-type.ts'

/** Numbers that the kernel keeps for "none". */
const reservedIds = new Set(['65535', '4294967295'])

/**
 * Names that other systems make are allowed (`DOMAIN\user`, a dash in front); what could not be told from a number, or
 * would break /etc/passwd, is not.
 */
export const isAccountName = (name: string): boolean => {
  if (/^\d+$/.test(name)) return Number(name) <= 0xffff_ffff && !reservedIds.has(name) && !/^0\d/.test(name)
  if (name === '' || name === '.' || name === '..') return false
  if (/^[ ]|[ ]$/.test(name)) return false
  if (/^-\d+$/.test(name)) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[:/\u0000-\u001f\u007f]/.test(name)
}

/** A backslash protects what would part words; `%` is doubled. */
const printName = (name: string): string => name.replace(/[\\ \t\n\r]/g, '\\$&').replaceAll('%', '%%')

export const account: ValueType<string> = fatal(
  checkedText('the name or number of an account', isAccountName),
)

export const accounts: ValueType<readonly string[]> = fatalList(
  list(
    'names or numbers of accounts',
    eachWord(
      'names or numbers of accounts',
      (word) => (isAccountName(word) ? ok(word) : err(`"${word}" is none`)),
      { quotes: false, escapes: false },
    ),
    { print: (names) => names.map(printName).join(' ') },
  ),
)

function fatalList<T>(type: ValueType<T>): ValueType<T> {
  return {
    ...type,
    assign: (previous, text, context) => {
      const assigned = type.assign(previous, text, context)
      const problems = (assigned.problems ?? []).map((each) => ({ ...each, refuses: 'bad-setting' as const }))
      return { ...assigned, problems }
    },
  }
}
