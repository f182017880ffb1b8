/** HealthCheckExpectedBody=: a text that an answer holds, or a pattern that it matches, within bounds. */
import { createContext, Script } from 'node:vm'
import { bodyPattern } from '../../units/value-types/health.ts'

/** What comes after so much of an answer is not looked at. */
export const mostBodyBytes = 64 * 1024

/** Patterns can be written that take for ever on some texts: they match nothing, then, and nobody else waits longer. */
const mostMatchingMs = 50

export const isExpectedBody = (body: string, expected: string): boolean => {
  const pattern = bodyPattern(expected)
  if (pattern === undefined) return body.includes(expected)
  try {
    const answer: unknown = matching.runInContext(createContext({ ...pattern, body }), {
      timeout: mostMatchingMs,
    })
    return answer === true
  } catch {
    return false
  }
}

/** A fixed text: pattern and answer are values in it, never code. */
const matching = new Script('new RegExp(source, flags).test(body)')
