/** `StandardInput=`, `StandardOutput=`, `StandardError=` (systemd.exec(5), LOGGING AND STANDARD INPUT/OUTPUT). */
import type { Problem, ValueType } from '../directive.ts'
import type { StandardStream } from '../values.ts'
import { readAbsolutePath } from './path.ts'
import { wanted } from './value-type.ts'

const inputs = ['null', 'tty', 'tty-force', 'tty-fail', 'socket', 'fd', 'data']
const outputs = 'inherit null tty kmsg kmsg+console journal journal+console socket fd'.split(' ')
const obsolete: Readonly<Record<string, string>> = { syslog: 'journal', 'syslog+console': 'journal+console' }

const streamType = (
  name: string,
  kinds: readonly string[],
  files: readonly string[],
): ValueType<StandardStream> => ({
  name,
  assign: (previous, text, context) => {
    const expanded = context.expand(text)
    if ('problem' in expanded)
      return { value: previous, problem: { severity: 'error', message: expanded.problem } }
    if (Object.hasOwn(obsolete, text) && kinds === outputs)
      return {
        value: { kind: obsolete[text]! },
        problem: { severity: 'hint', code: 'old-name', message: `${text} is ${obsolete[text]} now` },
      }
    const stream = readStream(expanded.text, kinds, files)
    if (stream === undefined) return { value: previous, problem: wanted(name, text) }
    if (files.includes(stream.kind) && stream.argument === undefined)
      return { value: stream, problem: wanted(`a path behind ${stream.kind}:`, text) }
    return withoutTerminals.has(stream.kind)
      ? { value: stream, problem: replaced(stream.kind, kinds) }
      : { value: stream }
  },
  print: ({ kind, argument }) =>
    argument === undefined ? kind : `${kind}:${argument.replaceAll('%', '%%')}`,
})

/** What gitproc has none of, and takes its log or nothing for. */
const withoutTerminals = new Set('tty tty-force tty-fail kmsg kmsg+console journal+console fd'.split(' '))

const replaced = (kind: string, kinds: readonly string[]): Problem => ({
  severity: 'warning',
  code: 'not-supported',
  message:
    kinds === inputs
      ? `${kind} is not supported, the service reads nothing`
      : `${kind} is not supported, the output goes to the log`,
})

const readStream = (
  text: string,
  kinds: readonly string[],
  files: readonly string[],
): StandardStream | undefined => {
  if (kinds.includes(text) || files.includes(text)) return { kind: text }
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const [kind, argument] = [text.slice(0, colon), text.slice(colon + 1)]
  if (kind === 'fd' && argument === '') return { kind }
  if (kind === 'fd') return isDescriptorName(argument) ? { kind, argument } : undefined
  if (!files.includes(kind)) return undefined
  const path = readAbsolutePath(argument)
  return path.ok ? { kind, argument: path.value } : undefined
}

/** Names of sd_listen_fds_with_names(3): at most 255 printable characters, no colon. */
export const isDescriptorName = (name: string): boolean => /^[ -9;-~]{1,255}$/.test(name)

export const inputStream = streamType('null, tty, socket, data, file:PATH or fd:NAME', inputs, ['file'])

export const outputStream = streamType(
  'inherit, null, journal, tty, socket, file:PATH, append:PATH, truncate:PATH or fd:NAME',
  outputs,
  ['file', 'append', 'truncate'],
)
