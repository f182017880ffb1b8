/** Rows of gitproc's own limits on a service's log; with `X-` before them the file stays valid for systemd. */
import { logAge, logFiles, logSize } from '../value-types/log-file.ts'
import { rowsOf } from './row.ts'

const { enforced } = rowsOf('gitproc(5)')

/** Not set, they are the configuration's. */
export const logFileDirectives = {
  LogMaxSize: enforced(logSize, 'live'),
  LogMaxFiles: enforced(logFiles, 'live'),
  LogMaxAge: enforced(logAge, 'live'),
} as const
