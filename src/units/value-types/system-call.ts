/** `SystemCallFilter=` and its kin: names and groups of system calls (systemd.exec(5), SYSTEM CALL FILTERING). */
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import type { NameFilter } from '../values.ts'
import { parseErrno } from './errno.ts'
import { systemCallGroups, ungroupedSystemCalls } from './system-call-groups.ts'

const expandGroup = (group: string): readonly string[] =>
  systemCallGroups[group]!.split(' ').flatMap((member) =>
    member.startsWith('@') ? expandGroup(member) : [member],
  )

/** All calls of a group: `@clock`. */
export const systemCallsIn = (group: string): readonly string[] => expandGroup(group)

const known: ReadonlySet<string> = new Set([
  ...Object.keys(systemCallGroups).flatMap(expandGroup),
  ...ungroupedSystemCalls.split(' '),
])

/** The calls that a word names, `name` or `name:ERRNO`; undefined where there are none. */
const readWord = (
  word: string,
): { readonly calls: readonly string[]; readonly errno: string } | undefined => {
  const colon = word.indexOf(':')
  const name = colon < 0 ? word : word.slice(0, colon)
  const errno = colon < 0 ? '' : word.slice(colon)
  if (errno !== '' && errno !== ':kill' && parseErrno(errno.slice(1)) === undefined) return undefined
  if (Object.hasOwn(systemCallGroups, name)) return { calls: expandGroup(name), errno }
  if (name === '@known') return { calls: [...known], errno }
  return known.has(name) ? { calls: [name], errno } : undefined
}

const name = 'names or groups of system calls'

/** The calls of an entry without the `:ERRNO` that may follow. */
export const systemCallOf = (entry: string): string => entry.replace(/:.*$/, '')

/** The first assignment decides whether the list allows or denies; `~` in a later one takes calls out of it again. */
const filterType = (implied: readonly string[]): ValueType<NameFilter> => ({
  name,
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    const isInverted = text.startsWith('~')
    const words = splitWords(isInverted ? text.slice(1) : text, { quotes: true, escapes: false }) ?? []
    // A call that is allowed gives no error.
    const read = (word: string) => (isInverted || !word.includes(':') ? readWord(word) : undefined)
    const problems = words
      .filter((word) => read(word) === undefined)
      .map((word) => ({ severity: 'warning' as const, message: `knows no system call "${word}"` }))
    const start = previous ?? { isAllowList: !isInverted, names: isInverted ? [] : implied }
    const entries = new Map(start.names.map((entry) => [systemCallOf(entry), entry]))
    const isAdding = isInverted !== start.isAllowList
    const named = words.flatMap((word) => read(word) ?? [])
    if (named.length === 0 && start.names.length === 0 && start.isAllowList)
      return { value: previous, problems }
    for (const { calls, errno } of named)
      for (const call of calls)
        if (isAdding) entries.set(call, `${call}${errno}`)
        else entries.delete(call)
    return { value: { isAllowList: start.isAllowList, names: [...entries.values()].sort() }, problems }
  },
  print: ({ isAllowList, names }) => `${isAllowList ? '' : '~'}${names.join(' ')}`,
})

/** What every program needs is allowed with any list of allowed calls. */
export const systemCallFilter: ValueType<NameFilter> = filterType(expandGroup('@default'))
export const systemCallLog: ValueType<NameFilter> = filterType([])
