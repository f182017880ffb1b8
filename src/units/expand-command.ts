/** `$` expansion of a command's arguments when it is started (systemd.service(5), COMMAND LINES). */
import { blanks } from './syntax/blanks.ts'
import { splitWords } from './syntax/words.ts'
import type { ExecCommand } from './values.ts'

export type Environment = Readonly<Record<string, string>>

/**
 * The argv to start with: `$A` as a word of its own is split into words (none where it is unset), `${A}` within a word is
 * put in as it is, `$$` is a dollar. The path is never expanded, nothing is where the command has the `:` prefix.
 */
export const expandCommand = (command: ExecCommand, environment: Environment): readonly string[] =>
  command.noEnvExpand ? command.argv : command.argv.flatMap((word) => expandWord(word, environment))

const expandWord = (word: string, environment: Environment): readonly string[] => {
  if (!word.startsWith('$') || word[1] === '{' || word[1] === '$') return [expandBraces(word, environment)]
  const value = lookUp(environment, word.slice(1))
  if (value === undefined) return []
  return splitWords(value, { quotes: true, escapes: false, allowOpenQuote: true, separators: blanks }) ?? []
}

/** `${A:-x}` and other shell forms stay as they are: systemd has none of them. */
const expandBraces = (word: string, environment: Environment): string =>
  word.replace(/\$\$|\$\{([^}:]*)\}/g, (written, name: string | undefined) =>
    written === '$$' ? '$' : (lookUp(environment, name ?? '') ?? ''),
  )

const lookUp = (environment: Environment, name: string): string | undefined =>
  Object.hasOwn(environment, name) ? environment[name] : undefined
