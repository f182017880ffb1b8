/** Puts into words why a launch failed before there was a process. */
import { GitprocError } from '../base/error.ts'
import type { ProcessKey } from './executor.ts'

export function launchFailure(key: ProcessKey, cause: unknown): GitprocError {
  if (cause instanceof GitprocError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  const name = key.role === 'main' ? key.unit : `${key.unit} (${key.role})`
  const why = code === 'EEXIST' ? 'this invocation was launched before' : (code ?? message)
  const retry = code === 'ENOSPC' || code === 'EMFILE' || code === 'ENOMEM' ? 'later' : 'never'
  return new GitprocError('executor/launch', `${name}: failed while its run directory was made: ${why}`, {
    cause,
    retry,
  })
}
