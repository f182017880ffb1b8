/** Mounts in a service's own namespace: `BindPaths=`, `TemporaryFileSystem=` (systemd.exec(5), SANDBOXING). */
import { err, ok, type Result } from '../../base/result.ts'
import type { ValueContext, ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import type { BindMount, TemporaryMount } from '../values.ts'
import { readAbsolutePath } from './path.ts'
import { list } from './value-type.ts'

/** Stands for `\:` while words are split at colons; no text of a unit file holds it. */
const protectedColon = '\u0001'

/** Words that are fields between colons, each field expanded. */
const eachTuple =
  <T>(parse: (fields: readonly string[]) => Result<T, string>) =>
  (text: string, context: ValueContext) => {
    const words = splitWords(text.replaceAll('\\:', protectedColon), { quotes: true, escapes: false })
    const read = (words ?? []).map((word) => readTuple(word, context, parse))
    const messages = read.flatMap((each) => (each.ok ? [] : [each.error]))
    if (words === undefined) messages.push('a quote is opened and not closed')
    return {
      elements: read.flatMap((each) => (each.ok ? [each.value] : [])),
      problems: messages.map((message) => ({ severity: 'error' as const, message })),
    }
  }

const readTuple = <T>(
  word: string,
  context: ValueContext,
  parse: (fields: readonly string[]) => Result<T, string>,
): Result<T, string> => {
  const fields: string[] = []
  for (const field of word.split(':')) {
    const expanded = context.expand(field.replaceAll(protectedColon, ':'))
    if ('problem' in expanded) return err(expanded.problem)
    fields.push(expanded.text)
  }
  return parse(fields)
}

const recursion: Readonly<Record<string, boolean>> = { rbind: true, norbind: false }

const parseBind = ([source = '', destination, options, ...rest]: readonly string[]): Result<
  BindMount,
  string
> => {
  const optional = source.startsWith('-')
  const from = readAbsolutePath(optional ? source.slice(1) : source)
  const to = destination === undefined ? from : readAbsolutePath(destination)
  if (!from.ok) return from
  if (!to.ok) return to
  const recursive = options === undefined ? true : recursion[options]
  if (recursive === undefined || rest.length > 0)
    return err(`wants SOURCE:DESTINATION:rbind or norbind, got "${options}"`)
  return ok({ source: from.value, destination: to.value, optional, recursive })
}

const printField = (field: string): string => field.replaceAll('%', '%%').replaceAll(':', '\\:')

/** Options are those of tmpfs; systemd gives them to the kernel as they are. */
const parseTemporary = ([path = '', ...options]: readonly string[]): Result<TemporaryMount, string> => {
  const read = readAbsolutePath(path)
  return read.ok ? ok({ path: read.value, options: options.join(':') }) : read
}

export const bindMounts: ValueType<readonly BindMount[]> = list(
  'words of the form SOURCE:DESTINATION:OPTIONS',
  eachTuple(parseBind),
  {
    print: (mounts) =>
      mounts
        .map(({ source, destination, optional, recursive }) => {
          const paths = `${optional ? '-' : ''}${printField(source)}:${printField(destination)}`
          return quoted(`${paths}:${recursive ? 'rbind' : 'norbind'}`)
        })
        .join(' '),
  },
)

export const temporaryMounts: ValueType<readonly TemporaryMount[]> = list(
  'words of the form PATH:OPTIONS',
  eachTuple(parseTemporary),
  {
    print: (mounts) =>
      mounts
        .map(({ path, options }) =>
          quoted(options === '' ? printField(path) : `${printField(path)}:${printField(options)}`),
        )
        .join(' '),
  },
)

const quoted = (word: string): string => (/\s/.test(word) ? `"${word}"` : word)

const printOpaque = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`

/** Images and such: words that gitproc only passes over, checked for nothing but their quotes. */
export const opaqueWords: ValueType<readonly string[]> = list(
  'words',
  (text) => {
    const words = splitWords(text, { quotes: true, escapes: false })
    return words === undefined
      ? { elements: [], problems: [{ severity: 'error', message: 'a quote is opened and not closed' }] }
      : { elements: words, problems: [] }
  },
  { print: (words) => words.map(printOpaque).join(' ') },
)
