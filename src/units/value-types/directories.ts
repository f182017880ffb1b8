/** `RuntimeDirectory=` and its kin: folders that are made for the service, with links to them if asked for. */
import { err, ok, type Result } from '../../base/result.ts'
import type { ValueContext, ValueType } from '../directive.ts'
import { splitWords, type WordRules } from '../syntax/words.ts'
import type { ServiceDirectory } from '../values.ts'
import { isNormalizedPath, simplifiedPath } from './path.ts'
import { readWords } from './value-type.ts'

const name = 'relative paths, each with ":LINK" behind it if need be'

const readRelative = (written: string, context: ValueContext): Result<string, string> => {
  const expanded = context.expand(written)
  if ('problem' in expanded) return err(expanded.problem)
  const path = expanded.text
  const simplified = simplifiedPath(path)
  if (path.startsWith('/')) return err(`"${path}" is absolute`)
  if (!isNormalizedPath(simplified)) return err(`"${path}" is empty or holds ".."`)
  if (simplified === 'private' || simplified.startsWith('private/'))
    return err(`"${path}" is where systemd keeps the folders of dynamic users`)
  return ok(simplified)
}

/** Words whose escapes are undone only when they are taken apart at their colons. */
const outerWords: WordRules = { quotes: true, escapes: false, plainBackslash: true }
const innerWords: WordRules = { quotes: false, escapes: true, separators: ':', protectsSeparators: true }

const parseDirectory = (
  word: string,
  context: ValueContext,
): Result<ServiceDirectory, string> | 'invalid' => {
  const [written, linked] = splitWords(word, innerWords) ?? []
  if (written === undefined) return 'invalid'
  const path = readRelative(written, context)
  if (!path.ok || linked === undefined) return path.ok ? ok({ path: path.value, links: [] }) : path
  const link = readRelative(linked, context)
  return link.ok ? ok({ path: path.value, links: [link.value] }) : link
}

/** Escaped for both times that the word is read. */
const printField = (text: string): string =>
  text
    .replace(/[\\:]/g, '\\$&')
    .replaceAll('"', '\\x22')
    .replaceAll("'", '\\x27')
    .replaceAll('\n', '\\n')
    .replaceAll('%', '%%')

const parseUnlinked: typeof parseDirectory = (word, context) => {
  const directory = parseDirectory(word, context)
  if (directory === 'invalid' || !directory.ok || directory.value.links.length === 0) return directory
  return err(`"${word}" names a link, which ConfigurationDirectory= has none of`)
}

/** In the order of their paths, so that a folder comes before those in it. */
const directoriesOf = (parse: typeof parseDirectory): ValueType<readonly ServiceDirectory[]> => ({
  name,
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const { elements, problems } = readWords(text, outerWords, (word) => {
      const directory = parse(word, context)
      return directory === 'invalid' || directory.ok ? directory : err(`wants ${name}: ${directory.error}`)
    })
    if (elements.length === 0) return { value: previous, problems }
    return { value: merged([...(previous ?? []), ...elements]), problems }
  },
  print: (directories) =>
    directories
      .flatMap(({ path, links }) =>
        links.length === 0
          ? [printField(path)]
          : links.map((link) => `${printField(path)}:${printField(link)}`),
      )
      .map((word) => (/[ \t\n\r"']/.test(word) ? `"${word}"` : word))
      .join(' '),
})

export const serviceDirectories = directoriesOf(parseDirectory)
export const configurationDirectories = directoriesOf(parseUnlinked)

const merged = (directories: readonly ServiceDirectory[]): readonly ServiceDirectory[] => {
  const byPath = new Map<string, readonly string[]>()
  for (const { path, links } of directories)
    byPath.set(path, [...new Set([...(byPath.get(path) ?? []), ...links])])
  return [...byPath].map(([path, links]) => ({ path, links })).sort((a, b) => (a.path < b.path ? -1 : 1))
}
