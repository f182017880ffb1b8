/** The row of a pipe that a service reads from; with `X-` before it the file stays valid for systemd. */
import { boolean } from '../value-types/boolean.ts'
import { rowsOf } from './row.ts'

const { enforced } = rowsOf('gitproc(5)')

export const inputPipeDirectives = {
  /** `gitproc send` writes to it; StandardInput= counts for nothing, then. */
  StandardInputPipe: enforced(boolean, 'restart', false),
} as const
