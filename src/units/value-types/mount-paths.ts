/** Mounts in a service's own namespace: `BindPaths=`, `TemporaryFileSystem=` (systemd.exec(5), SANDBOXING). */
import { err, ok, type Result } from '../../base/result.ts'
import type { Problem, ValueContext, ValueType } from '../directive.ts'
import { nextWord, splitWords, type WordRules } from '../syntax/words.ts'
import type { BindMount, TemporaryMount } from '../values.ts'
import { readAbsolutePath } from './path.ts'
import { type Elements, list, plainWords, readWords } from './value-type.ts'

/** Fields of a bind mount: ended by a colon or a blank each. */
const bindFields: WordRules = { quotes: true, escapes: false, separators: ': \t\n\r', keepsEmpty: true }

/** Reads mount after mount. A field that is no path is passed over, and what follows it is a mount of its own. */
const readBinds = (text: string, context: ValueContext): Elements<BindMount> => {
  const elements: BindMount[] = []
  const problems: Problem[] = []
  for (let at = 0; at <= text.length; ) {
    const read = readBind(text, at, context)
    if (read === 'invalid') {
      problems.push(bad('a quote is opened and not closed'))
      break
    }
    if (read.mount.ok) elements.push(read.mount.value)
    else problems.push(bad(read.mount.error))
    at = read.next
  }
  return { elements, problems }
}

const bad = (message: string): Problem => ({ severity: 'error', message })

interface ReadBind {
  readonly mount: Result<BindMount, string>
  readonly next: number
}

const readBind = (text: string, start: number, context: ValueContext): ReadBind | 'invalid' => {
  const source = nextWord(text, start, bindFields)
  if (source === 'invalid' || source === undefined) return 'invalid'
  const optional = source.word.startsWith('-')
  const from = readPath(optional ? source.word.slice(1) : source.word, context)
  if (!from.ok) return { mount: from, next: source.next }
  const mount = { source: from.value, destination: from.value, optional, recursive: true }
  if (text[source.next - 1] !== ':') return { mount: ok(mount), next: source.next }
  const target = nextWord(text, source.next, bindFields)
  if (target === 'invalid' || target === undefined) return 'invalid'
  const to = readPath(target.word, context)
  if (!to.ok) return { mount: to, next: target.next }
  const read = { ...mount, destination: to.value }
  return text[target.next - 1] === ':'
    ? readOptions(text, target.next, read)
    : { mount: ok(read), next: target.next }
}

/** What follows the second colon, up to a blank. */
const readOptions = (text: string, start: number, mount: BindMount): ReadBind | 'invalid' => {
  const options = nextWord(text, start, { quotes: true, escapes: false })
  if (options === 'invalid') return 'invalid'
  const next = options?.next ?? text.length
  const recursive = recursion[options?.word ?? '']
  return {
    mount:
      recursive === undefined
        ? err(`wants rbind or norbind, got "${options?.word}"`)
        : ok({ ...mount, recursive }),
    next: next === text.length ? next + 1 : next,
  }
}

const recursion: Readonly<Record<string, boolean>> = { '': true, rbind: true, norbind: false }

const readPath = (written: string, context: ValueContext): Result<string, string> => {
  const expanded = context.expand(written)
  return 'problem' in expanded ? err(expanded.problem) : readAbsolutePath(expanded.text)
}

const printField = (field: string): string => field.replace(/[\\:"' \t]/g, '\\$&').replaceAll('%', '%%')

/** Options are those of tmpfs, taken as they are written. */
const readTemporary = (text: string, context: ValueContext): Elements<TemporaryMount> =>
  readWords(text, plainWords, (word) => {
    const field = nextWord(word, 0, { quotes: false, escapes: false, separators: ':', keepsEmpty: true })
    if (field === 'invalid' || field === undefined) return err(`"${word}" has no path`)
    const path = readPath(field.word, context)
    return path.ok ? ok({ path: path.value, options: word.slice(field.next) }) : path
  })

export const bindMounts: ValueType<readonly BindMount[]> = list(
  'words of the form SOURCE:DESTINATION:OPTIONS',
  readBinds,
  {
    print: (mounts) =>
      mounts
        .map(({ source, destination, optional, recursive }) => {
          const paths = `${optional ? '-' : ''}${printField(source)}:${printField(destination)}`
          return `${paths}:${recursive ? 'rbind' : 'norbind'}`
        })
        .join(' '),
  },
)

export const temporaryMounts: ValueType<readonly TemporaryMount[]> = list(
  'words of the form PATH:OPTIONS',
  readTemporary,
  {
    print: (mounts) =>
      mounts
        .map(({ path, options }) => {
          const inner = path.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%')
          return printOpaque(options === '' ? inner : `${inner}:${options}`)
        })
        .join(' '),
  },
)

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
