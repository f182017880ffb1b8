/** Absolute paths, normalised as systemd does: double slashes and `.` vanish, `..` is refused. */
import { err, ok, type Result } from '../../base/result.ts'
import type { Problem, ValueType } from '../directive.ts'
import { eachWord, fatal, list, printWord } from './value-type.ts'

const longestPath = 4096

/** `//a/./b/` → `/a/b`. */
export const simplifiedPath = (path: string): string => {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return path.startsWith('/') ? `/${parts.join('/')}` : parts.join('/')
}

/** Neither `.` nor `..` among its parts, each of a length that a file system takes. */
export const isNormalizedPath = (path: string): boolean =>
  path !== '' &&
  path.length < longestPath &&
  path.split('/').every((part) => part !== '..' && part !== '.' && part.length <= 255)

/** The path in its normal form, or what is wrong with it. */
export const readAbsolutePath = (path: string): Result<string, string> => {
  if (!path.startsWith('/')) return err(`wants an absolute path, got "${path}"`)
  const simplified = simplifiedPath(path)
  if (!isNormalizedPath(simplified)) return err(`wants a path without "..", got "${path}"`)
  return ok(simplified)
}

/** /var/run is a link to /run, and was the folder's name: what is written there is meant for /run. */
export const withoutVarRun = (path: string): string => path.replace(/^\/var\/run(?=\/)/, '/run')

const problem = (message: string): Problem => ({ severity: 'error', message })

/** One absolute path; empty means not set. */
export const absolutePath: ValueType<string> = {
  name: 'an absolute path',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    if ('problem' in expanded) return { value: previous, problem: problem(expanded.problem) }
    if (expanded.text === '') return { value: undefined }
    const path = readAbsolutePath(expanded.text)
    return path.ok ? { value: path.value } : { value: previous, problem: problem(path.error) }
  },
  print: (path) => path.replaceAll('%', '%%'),
}

/** One absolute path without which the unit is refused. */
export const requiredPath: ValueType<string> = fatal(absolutePath)

/** Words that are absolute paths. */
export const absolutePaths: ValueType<readonly string[]> = list(
  'absolute paths',
  eachWord('absolute paths', readAbsolutePath),
  { print: (paths) => paths.map(printWord).join(' ') },
)

/** `-/a`: missing is fine; `+/a`: below the unit's root directory. Kept as written, path normalised. */
export const namespacePaths: ValueType<readonly string[]> = list(
  'absolute paths, each with "-" or "+" before it if need be',
  eachWord('absolute paths', (word) => {
    const prefix = /^-?\+?/.exec(word)![0]
    const path = readAbsolutePath(word.slice(prefix.length))
    return path.ok ? ok(prefix + path.value) : path
  }),
  { print: (paths) => paths.map(printWord).join(' ') },
)

/** The process' runtime files: a relative path lies below `/run`. */
export const pidFile: ValueType<string> = {
  name: 'a path, below /run where it is relative',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    if ('problem' in expanded) return { value: previous, problem: problem(expanded.problem) }
    const path = simplifiedPath(expanded.text)
    if (!isNormalizedPath(path))
      return {
        value: previous,
        problem: { ...problem(`wants a path without "..", got "${text}"`), refuses: 'error' },
      }
    return {
      value: path.startsWith('/') ? withoutVarRun(path) : `${context.host.directories.runtime}/${path}`,
    }
  },
  print: (path) => path.replaceAll('%', '%%'),
}

/** `WorkingDirectory=`: `~` is the user's home, a leading `-` makes a missing one harmless. */
export interface WorkingDirectory {
  readonly path: string
  readonly isHome: boolean
  readonly optional: boolean
}

export const workingDirectory: ValueType<WorkingDirectory> = {
  name: 'an absolute path or ~',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const optional = text.startsWith('-')
    const rest = optional ? text.slice(1) : text
    if (rest === '~') return { value: { path: '~', isHome: true, optional } }
    const expanded = context.expand(rest)
    const path = 'problem' in expanded ? err(expanded.problem) : readAbsolutePath(expanded.text)
    if (path.ok) return { value: { path: path.value, isHome: false, optional } }
    const refuses = optional ? {} : ({ refuses: 'bad-setting' } as const)
    return { value: previous, problem: { ...problem(path.error), ...refuses } }
  },
  print: ({ path, isHome, optional }) => `${optional ? '-' : ''}${isHome ? '~' : path.replaceAll('%', '%%')}`,
}

/** Absolute paths between colons, as in $PATH. */
export const searchPath: ValueType<readonly string[]> = list(
  'absolute paths between colons',
  (text, context) => {
    const expanded = context.expand(text)
    if ('problem' in expanded) return { elements: [], problems: [problem(expanded.problem)] }
    const read = expanded.text
      .split(':')
      .filter((part) => part !== '')
      .map(readAbsolutePath)
    return {
      elements: read.flatMap((each) => (each.ok ? [each.value] : [])),
      problems: read.flatMap((each) => (each.ok ? [] : [problem(each.error)])),
    }
  },
  { print: (paths) => paths.join(':').replaceAll('%', '%%') },
)
