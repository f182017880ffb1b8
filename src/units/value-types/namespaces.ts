/** `RestrictNamespaces=`: which kinds of namespaces a service may make or enter. */
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import { parseBoolean } from './boolean.ts'
import { wanted } from './value-type.ts'

export const namespaceKinds = ['cgroup', 'ipc', 'net', 'mnt', 'pid', 'user', 'uts'] as const

/** Known by name; systemd 252 does not count it among all. */
const namedKinds = [...namespaceKinds, 'time']

const name = `yes, no or some of ${namespaceKinds.join(', ')}`

/** The kinds that stay allowed. A list adds to an earlier one, `~` takes away. */
export const allowedNamespaces: ValueType<readonly string[]> = {
  name,
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    const truth = parseBoolean(text)
    if (truth !== undefined) return { value: truth ? [] : namespaceKinds }
    const isInverted = text.startsWith('~')
    const words = splitWords(isInverted ? text.slice(1) : text, { quotes: false, escapes: false })
    if (words === undefined || words.some((word) => !namedKinds.includes(word)))
      return { value: previous, problem: wanted(name, text) }
    const base = previous ?? (isInverted ? namespaceKinds : [])
    const has = (kind: string): boolean =>
      isInverted ? base.includes(kind) && !words.includes(kind) : base.includes(kind) || words.includes(kind)
    return { value: namedKinds.filter(has) }
  },
  print: (kinds) => {
    if (kinds.length === 0) return 'yes'
    return kinds.length === namespaceKinds.length ? 'no' : kinds.join(' ')
  },
}
