/** Rows about standard input and output, logging and terminals (systemd.exec(5)). */
import { boolean } from '../value-types/boolean.ts'
import { collection } from '../value-types/collection.ts'
import { inputData, inputDataKinds } from '../value-types/input-data.ts'
import { unsigned } from '../value-types/integer.ts'
import { absolutePath } from '../value-types/path.ts'
import { syslogFacility, syslogLevel } from '../value-types/scheduling.ts'
import { inputStream, outputStream } from '../value-types/stream.ts'
import { escapedWords, text } from '../value-types/text.ts'
import { timeSpan } from '../value-types/time.ts'
import { resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { enforced, accepted, unsupported } = rowsOf('systemd.exec(5)')

const noTerminal = 'the service has no terminal'
const everyLine = 'every line is kept'

export const streamDirectives = {
  StandardInput: enforced(inputStream, 'restart', { kind: 'null' }),
  /** Not set, it is our log; or the input, where that is a terminal or a socket. */
  StandardOutput: enforced(outputStream, 'restart'),
  StandardError: enforced(outputStream, 'restart', { kind: 'inherit' }),
  /** `StandardInputText=` and `StandardInputData=`, in the order written; the spellings are aliases. */
  StandardInputBytes: enforced(collection(inputDataKinds, inputData), 'restart'),
  /** These are about reading: lines are kept as they were written. */
  SyslogIdentifier: enforced(text, 'live'),
  SyslogFacility: accepted(syslogFacility),
  SyslogLevel: enforced(syslogLevel, 'live'),
  SyslogLevelPrefix: enforced(boolean, 'live', true),
  LogLevelMax: enforced(syslogLevel, 'live'),
  LogRateLimitIntervalSec: unsupported(timeSpan, 0, everyLine),
  LogRateLimitBurst: unsupported(unsigned, 0, everyLine),
  LogFilterPatterns: unsupported(text, undefined, everyLine),
  LogExtraFields: accepted(
    escapedWords('words of the form FIELD=value', (word) => /^[A-Z][A-Z0-9_]{0,63}=/.test(word)),
    [],
  ),
  LogNamespace: accepted(text),
  TTYPath: unsupported(absolutePath, undefined, noTerminal),
  TTYReset: unsupported(boolean, false, noTerminal),
  TTYVHangup: unsupported(boolean, false, noTerminal),
  TTYVTDisallocate: unsupported(boolean, false, noTerminal),
  TTYRows: unsupported(resettable(unsigned), undefined, noTerminal),
  TTYColumns: unsupported(resettable(unsigned), undefined, noTerminal),
} as const
