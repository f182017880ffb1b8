/** `RuntimeDirectory=` and its kin: folders that are made for the service, with links to them if asked for. */
import { err, ok, type Result } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import type { ServiceDirectory } from '../values.ts'
import { isNormalizedPath, simplifiedPath } from './path.ts'
import { eachWord, list, printWord } from './value-type.ts'

const name = 'relative paths, each with ":LINK" behind it if need be'

const readRelative = (path: string): Result<string, string> => {
  const simplified = simplifiedPath(path)
  if (path.startsWith('/')) return err(`"${path}" is absolute`)
  if (!isNormalizedPath(simplified)) return err(`"${path}" is empty or holds ".."`)
  if (simplified === 'private' || simplified.startsWith('private/'))
    return err(`"${path}" is where systemd keeps the folders of dynamic users`)
  return ok(simplified)
}

const parseDirectory = (word: string): Result<ServiceDirectory, string> => {
  const colon = word.indexOf(':')
  const path = readRelative(colon < 0 ? word : word.slice(0, colon))
  if (!path.ok) return path
  const links = colon < 0 || colon === word.length - 1 ? undefined : readRelative(word.slice(colon + 1))
  if (links !== undefined && !links.ok) return links
  return ok({ path: path.value, links: links === undefined ? [] : [links.value] })
}

const withoutLink = (word: string): Result<ServiceDirectory, string> =>
  word.includes(':')
    ? err(`"${word}" names a link, which ConfigurationDirectory= has none of`)
    : parseDirectory(word)

/** In the order of their paths, so that a folder comes before those in it. */
const directoriesOf = (
  words: ValueType<readonly ServiceDirectory[]>,
): ValueType<readonly ServiceDirectory[]> => ({
  name,
  assign: (previous, text, context) => {
    const assigned = words.assign(previous, text, context)
    return assigned.value === undefined ? assigned : { ...assigned, value: merged(assigned.value) }
  },
  print: (directories) =>
    directories
      .flatMap(({ path, links }) => (links.length === 0 ? [path] : links.map((link) => `${path}:${link}`)))
      .map(printWord)
      .join(' '),
})

export const serviceDirectories = directoriesOf(list(name, eachWord(name, parseDirectory)))
export const configurationDirectories = directoriesOf(list(name, eachWord(name, withoutLink)))

const merged = (directories: readonly ServiceDirectory[]): readonly ServiceDirectory[] => {
  const byPath = new Map<string, readonly string[]>()
  for (const { path, links } of directories)
    byPath.set(path, [...new Set([...(byPath.get(path) ?? []), ...links])])
  return [...byPath].map(([path, links]) => ({ path, links })).sort((a, b) => (a.path < b.path ? -1 : 1))
}
