/** `Exec…=`: lists of commands. */

import { parseCommandLine } from '../command-line.ts'
import type { ValueType } from '../directive.ts'
import type { ExecCommand } from '../values.ts'

export const commands: ValueType<readonly ExecCommand[]> = {
  name: 'a command line',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const line = parseCommandLine(text, context)
    if (line.commands.length === 0) return { value: previous, problems: line.problems }
    return { value: [...(previous ?? []), ...line.commands], problems: line.problems }
  },
}
