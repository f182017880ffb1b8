/** Any failure as what a person reads on stderr: a sentence, what helps, and the exit status. Pure. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { GitprocError } from '../base/error.ts'
import { nearest } from '../base/nearest.ts'
import { exitStatuses, statusOfCode } from './exit-status.ts'
import { diagnosticLine } from './render/diagnostics.ts'
import { type Look, paint, printable } from './render/style.ts'

export interface Failure {
  readonly lines: readonly string[]
  readonly status: number
}

export const describeFailure = (error: unknown, look: Look): Failure => {
  if (error instanceof GitprocError) {
    const diagnostics = (error.data['diagnostics'] ?? []) as readonly Diagnostic[]
    return {
      lines: [
        sentence(error.message, look),
        ...diagnostics.map((diagnostic) => `  ${diagnosticLine(diagnostic, look)}`),
        ...(error.remedy === undefined ? [] : [`  ${error.remedy}`]),
      ],
      status: statusOfError(error),
    }
  }
  const denied = deniedPath(error)
  if (denied !== undefined)
    return {
      lines: [sentence(`no permission for ${denied}`, look), '  use sudo, or ask its owner'],
      status: exitStatuses.forbidden.status,
    }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    lines: [sentence('a bug of gitproc: please report this', look), message],
    status: exitStatuses.failed.status,
  }
}

/** A failure of another process brings that one's status along; one for want of permission says so, whatever it hindered. */
const statusOfError = ({ code, data, cause }: GitprocError): number => {
  if (typeof data['exitStatus'] === 'number' && data['exitStatus'] > 0) return data['exitStatus']
  return deniedPath(cause) === undefined ? statusOfCode(code) : exitStatuses.forbidden.status
}

const deniedPath = (error: unknown): string | undefined => {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' ? path : undefined
}

const sentence = (message: string, look: Look): string =>
  `${paint(look, 'bad', 'gitproc')}: ${message.split('\n').map(printable).join('\n  ')}`

/** oclif's complaints about flags and arguments, as a usage error of ours with the nearest name. */
export const usageError = (error: Error, command: string, knownFlags: readonly string[]): GitprocError => {
  const flags = 'flags' in error && Array.isArray(error.flags) ? (error.flags as readonly string[]) : []
  const help = `gitproc ${command} --help`
  const unknown = flags[0]
  if (unknown !== undefined) {
    const near = nearest(unknown.replace(/^-+/, ''), knownFlags)
    const hint = near === undefined ? help : `did you mean --${near}? See: ${help}`
    return new GitprocError('cli/usage', `${command}: there is no flag ${unknown}`, { remedy: hint })
  }
  const [first = 'the arguments make no sense'] = error.message.split('\nSee more help')
  const message = first
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ', '))
    .filter((line) => line !== '' && !/^the following errors? occurred:$/i.test(line))
    .join('; ')
    .replaceAll(':; ', ': ')
    .replace(/(--\S+?)=.* cannot also be provided when using (--\S+)/, '$2 does not go with $1')
  return new GitprocError('cli/usage', `${command}: ${lowerFirst(message)}`, { remedy: help, cause: error })
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
