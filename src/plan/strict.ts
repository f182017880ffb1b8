/** `strict = yes`: what a unit asks for in security or limits and does not get here stops the commit. */
import type { Diagnostic } from '../base/diagnostic.ts'

const protectingPages = ['systemd.exec(5)', 'systemd.resource-control(5)']

export const strictly = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map((diagnostic) =>
    diagnostic.code === 'not-supported' && protectingPages.includes(diagnostic.man ?? '')
      ? { ...diagnostic, severity: 'error', message: `${diagnostic.message} (refused: strict = yes)` }
      : diagnostic,
  )
