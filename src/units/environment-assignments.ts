/** `Environment=`: quoted words `NAME=value`, with escapes and specifiers (systemd.exec(5)). */
import type { Problem, ValueContext } from './directive.ts'
import { isCleanText } from './syntax/raw-bytes.ts'
import { nextWord, quotedWords } from './syntax/words.ts'

/** Letters, digits and underscores, no digit first. */
export const isEnvironmentName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

export const isEnvironmentAssignment = (word: string): boolean => {
  const equals = word.indexOf('=')
  return equals > 0 && isEnvironmentName(word.slice(0, equals)) && isCleanText(word.slice(equals + 1))
}

export interface EnvironmentAssignments {
  /** `NAME=value`, in order; those before the first word that can't be read, where there is one. */
  readonly assignments: readonly string[]
  readonly problems: readonly Problem[]
}

/** One right side, not empty. A bad word is skipped; an open quote or bad escape ends the line. */
export const parseEnvironmentAssignments = (text: string, context: ValueContext): EnvironmentAssignments => {
  const assignments: string[] = []
  const problems: Problem[] = []
  for (let at = 0; ; ) {
    const found = nextWord(text, at, quotedWords)
    if (found === undefined) break
    if (found === 'invalid') {
      problems.push({
        severity: 'error',
        message: 'a quote is not closed or a backslash begins no escape; the rest is ignored',
      })
      break
    }
    at = found.next
    const expanded = context.expand(found.word)
    if ('problem' in expanded) problems.push({ severity: 'error', message: expanded.problem })
    else if (isEnvironmentAssignment(expanded.text)) assignments.push(expanded.text)
    else problems.push({ severity: 'error', message: `wants NAME=value, got "${expanded.text}"` })
  }
  return { assignments, problems }
}
