/** Findings in unit files, as people and CI systems read them. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { type Look, paint, printable, type Style } from './style.ts'
import { counted } from './words.ts'

const styles: Readonly<Record<Diagnostic['severity'], Style>> = {
  error: 'bad',
  warning: 'busy',
  hint: 'quiet',
}

/** `web.service:12:12: error: RestartSec= wants a time span, got "soon"  [systemd.time(7)]` */
export const diagnosticLine = (
  { position, severity, message, suggestion, man }: Diagnostic,
  look: Look,
): string => {
  const place = `${position.file}:${position.line}:${position.column}`
  const hint = suggestion === undefined || message.includes(suggestion) ? '' : `; did you mean ${suggestion}?`
  const source = man === undefined ? '' : paint(look, 'quiet', `  [${man}]`)
  return `${printable(place)}: ${paint(look, styles[severity], severity)}: ${printable(message + hint)}${source}`
}

/** `2 files, 1 error, 1 warning` */
export const diagnosticSummary = (files: number, diagnostics: readonly Diagnostic[]): string => {
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
  const parts = [counted(files, 'file')]
  if (count('error') > 0) parts.push(counted(count('error'), 'error'))
  if (count('warning') > 0) parts.push(counted(count('warning'), 'warning'))
  if (count('hint') > 0) parts.push(counted(count('hint'), 'hint'))
  return parts.length === 1 ? `${parts[0]}, nothing to say` : parts.join(', ')
}

const githubLevels: Readonly<Record<Diagnostic['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  hint: 'notice',
}

/** A workflow command of GitHub Actions, which shows the finding beside the line of the change. */
export const githubLine = ({ position, severity, code, message }: Diagnostic): string => {
  const place = `file=${property(position.file)},line=${position.line},col=${position.column}`
  return `::${githubLevels[severity]} ${place},title=${property(code)}::${data(message)}`
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
