/** Whether any path matches a pattern, as glob(3) with braces: `/etc/*.d/{a,b}?`. */
import { lstatSync } from 'node:fs'
import { matchesGlob } from '../../units/conditions/glob.ts'
import type { HostFiles } from './host-files.ts'

export const anyPathMatches = (pattern: string, files: HostFiles): boolean =>
  expandBraces(pattern).some((each) => matchingPaths(each, files).length > 0)

/** As glob(3) gives them, sorted; braces are characters. */
export const matchingPaths = (pattern: string, files: HostFiles): readonly string[] =>
  matchesFrom(
    '/',
    pattern.split('/').filter((part) => part !== ''),
    files,
  )

const matchesFrom = (
  folder: string,
  [part, ...rest]: readonly string[],
  files: HostFiles,
): readonly string[] => {
  if (part === undefined) return exists(folder, files) ? [folder] : []
  if (!/[*?[\\]/.test(part)) return matchesFrom(`${folder}${part}${rest.length > 0 ? '/' : ''}`, rest, files)
  return files
    .names(folder)
    .filter((name) => matchesGlob(part, name) && (part.startsWith('.') || !name.startsWith('.')))
    .flatMap((name) => matchesFrom(`${folder}${name}${rest.length > 0 ? '/' : ''}`, rest, files))
}

/** A link that leads nowhere counts. */
const exists = (path: string, files: HostFiles): boolean =>
  lstatSync(files.path(path), { throwIfNoEntry: false }) !== undefined

/** `a{b,c}d` is `abd` and `acd`; the innermost first. */
export const expandBraces = (pattern: string): readonly string[] => {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern)
  if (match === null) return [pattern]
  const [before, after] = [pattern.slice(0, match.index), pattern.slice(match.index + match[0].length)]
  return match[1]!.split(',').flatMap((choice) => expandBraces(before + choice + after))
}
