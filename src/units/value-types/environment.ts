/** `Environment=` and the directives around it (systemd.exec(5)). */
import { err, ok } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import {
  isEnvironmentAssignment,
  isEnvironmentName,
  parseEnvironmentAssignments,
} from '../environment-assignments.ts'
import { quotedWords } from '../syntax/words.ts'
import type { EnvironmentFile, EnvironmentVariable } from '../values.ts'
import { readAbsolutePath } from './path.ts'
import { distinct, eachWord, list, printEscapedWords, printWords } from './value-type.ts'

const split = (word: string): EnvironmentVariable => {
  const equals = word.indexOf('=')
  return { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

/** Into a list of the caller's own: a map made anew for each line would take seconds for thousands of lines. */
const withVariable = (
  variables: EnvironmentVariable[],
  added: EnvironmentVariable,
): EnvironmentVariable[] => {
  const at = variables.findIndex(({ name }) => name === added.name)
  if (at < 0) variables.push(added)
  else variables[at] = added
  return variables
}

/** Variables in order; one set again keeps its place and takes the new value. */
export const environment: ValueType<readonly EnvironmentVariable[]> = {
  name: 'words of the form NAME=value',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const { assignments, problems } = parseEnvironmentAssignments(text, context)
    if (assignments.length === 0) return { value: previous, problems }
    return { value: assignments.map(split).reduce(withVariable, [...(previous ?? [])]), problems }
  },
  print: (variables) => printEscapedWords(variables.map(({ name, value }) => `${name}=${value}`)),
}

/** One file a line; a leading `-` makes a missing one harmless. A bad path refuses nothing: it is left out. */
export const environmentFiles: ValueType<readonly EnvironmentFile[]> = {
  name: 'an absolute path, with "-" before it if it may be missing',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    if ('problem' in expanded)
      return { value: previous, problem: { severity: 'error', message: expanded.problem } }
    const optional = expanded.text.startsWith('-')
    const path = readAbsolutePath(optional ? expanded.text.slice(1) : expanded.text)
    if (!path.ok) return { value: previous, problem: { severity: 'error', message: path.error } }
    return { value: [...(previous ?? []), { path: path.value, optional }] }
  },
}

/** Names alone (`PassEnvironment=`). */
export const environmentNames: ValueType<readonly string[]> = distinct(
  list(
    'names of variables',
    eachWord('names of variables', (word) => (isEnvironmentName(word) ? ok(word) : err(`"${word}" is none`))),
    { print: printWords },
  ),
)

/** Names, or `NAME=value` that count only where the value is this one (`UnsetEnvironment=`). */
export const environmentRemovals: ValueType<readonly string[]> = distinct(
  list(
    'names of variables, or NAME=value',
    eachWord(
      'names of variables, or NAME=value',
      (word) =>
        isEnvironmentName(word) || isEnvironmentAssignment(word) ? ok(word) : err(`"${word}" is none`),
      quotedWords,
    ),
    { print: printEscapedWords },
  ),
)
