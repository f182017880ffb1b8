/** The command lines of `Exec…=`: prefixes, quoting, `;`, specifiers (systemd.service(5), COMMAND LINES). */
import type { Problem, ValueContext } from './directive.ts'
import { execPathProblem, simplifyPath } from './exec-path.ts'
import { countBlanks, isBlank } from './syntax/blanks.ts'
import { nextWord, quotedWords } from './syntax/words.ts'
import type { ExecCommand } from './values.ts'

export interface CommandLine {
  /** Commands before the first problem that ends the line. */
  readonly commands: readonly ExecCommand[]
  readonly problems: readonly Problem[]
}

/** One right side, not empty: one command, or several separated by a lone `;`. */
export const parseCommandLine = (text: string, context: ValueContext): CommandLine => {
  const commands: ExecCommand[] = []
  const problems: Problem[] = []
  for (let at = 0; at < text.length; ) {
    const read = readCommand(text, at, context, problems)
    if (!read) break
    if (read.command) commands.push(read.command)
    at = read.next
  }
  return { commands, problems }
}

interface Prefixes {
  readonly isIgnoringFailure: boolean
  readonly hasOwnArgv0: boolean
  readonly noEnvExpand: boolean
  readonly privilege: '' | '+' | '!' | '!!'
  readonly rest: string
}

/** The command at `start`, and where the next one begins; undefined where the line ends here for good. */
const readCommand = (
  text: string,
  start: number,
  context: ValueContext,
  problems: Problem[],
): { readonly command?: ExecCommand; readonly next: number } | undefined => {
  const first = readWord(text, start, problems)
  if (!first) return undefined
  if (first.word === ';') return { next: first.next }
  const prefixes = readPrefixes(first.word)
  const path = expandedPath(prefixes.rest, context)
  if ('problem' in path) return refuse(path.problem, prefixes, problems)
  const read = readArguments(text, first.next, context, problems)
  if ('problem' in read) return refuse(read.problem, prefixes, problems)
  const argv = prefixes.hasOwnArgv0 ? read.argv : [path.text, ...read.argv]
  if (argv.length === 0)
    return refuse('"@" wants a name for the program before its arguments', prefixes, problems)
  return { command: makeCommand(simplifyPath(path.text), argv, prefixes, context), next: read.next }
}

/** A bad command refuses the unit, unless its `-` says that it may fail; either way the rest of the line is lost. */
const refuse = (
  message: string | undefined,
  { isIgnoringFailure }: Prefixes,
  problems: Problem[],
): undefined => {
  const problem = message === undefined ? problems.pop()! : { message }
  problems.push({ ...problem, ...(isIgnoringFailure ? mild : fatal) })
  return undefined
}

const mild = { severity: 'warning' } as const
const fatal = { severity: 'error', refuses: 'bad-setting' } as const

const makeCommand = (
  path: string,
  argv: readonly string[],
  prefixes: Prefixes,
  context: ValueContext,
): ExecCommand => ({
  path,
  argv,
  ignoreFailure: prefixes.isIgnoringFailure,
  noEnvExpand: prefixes.noEnvExpand,
  privileged: prefixes.privilege === '+',
  noSetuid: prefixes.privilege === '!',
  ambient: prefixes.privilege === '!!',
  position: context.position,
})

/** Each prefix counts once, in any order; `+`, `!` and `!!` exclude each other. What follows is the path. */
const readPrefixes = (word: string): Prefixes => {
  const seen = new Set<string>()
  let privilege: Prefixes['privilege'] = ''
  let at = 0
  for (; at < word.length; at += 1) {
    const character = word[at]!
    if ('-@:'.includes(character) && !seen.has(character)) seen.add(character)
    else if ((character === '+' || character === '!') && privilege === '') privilege = character
    else if (character === '!' && privilege === '!') privilege = '!!'
    else break
  }
  return {
    isIgnoringFailure: seen.has('-'),
    hasOwnArgv0: seen.has('@'),
    noEnvExpand: seen.has(':'),
    privilege,
    rest: word.slice(at),
  }
}

const expandedPath = (written: string, context: ValueContext): { text: string } | { problem: string } => {
  const expanded = context.expand(written)
  if ('problem' in expanded) return expanded
  const problem = execPathProblem(expanded.text)
  return problem === undefined ? expanded : { problem }
}

type Arguments =
  | { readonly argv: readonly string[]; readonly next: number }
  | { readonly problem: string | undefined }

/** Words up to the end or a lone `;`. A problem without text was put among the problems already. */
const readArguments = (
  text: string,
  start: number,
  context: ValueContext,
  problems: Problem[],
): Arguments => {
  const argv: string[] = []
  let at = start
  while (at < text.length) {
    if (isLoneAt(text, at, ';')) return { argv, next: at + 1 + countBlanks(text, at + 1) }
    if (isLoneAt(text, at, '\\;')) {
      argv.push(';')
      at += 2 + countBlanks(text, at + 2)
      continue
    }
    const found = readWord(text, at, problems)
    if (!found) return { problem: undefined }
    const expanded = context.expand(found.word)
    if ('problem' in expanded) return expanded
    argv.push(expanded.text)
    at = found.next
  }
  return { argv, next: at }
}

const isLoneAt = (text: string, at: number, token: string): boolean =>
  text.startsWith(token, at) && (at + token.length === text.length || isBlank(text[at + token.length]))

/** The next word; an unknown escape stays as written, with a warning; an open quote is an error and gives undefined. */
const readWord = (text: string, start: number, problems: Problem[]) => {
  const strict = nextWord(text, start, quotedWords)
  if (strict !== 'invalid') return strict
  const relaxed = nextWord(text, start, { ...quotedWords, keepUnknownEscapes: true })
  if (relaxed === undefined || relaxed === 'invalid') {
    problems.push({ severity: 'error', message: 'a quote is opened and not closed', code: 'open-quote' })
    return undefined
  }
  problems.push({
    severity: 'warning',
    message: `"${relaxed.word}" has a backslash that begins no escape; it stays as written`,
    code: 'unknown-escape',
  })
  return relaxed
}
