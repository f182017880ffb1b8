/** The last lines of a unit's output, for `gitproc status NAME`. */
import { LogFormatter } from '../logs/format.ts'
import { readLogs } from '../logs/read.ts'
import type { Session } from './gitproc-command.ts'
import { logDirectory } from './show-logs.ts'

const shownLines = 5

/** Empty where there is nothing to read, or no right to: the rest of the answer stands without it. */
export const lastLines = async (unit: string, session: Session): Promise<readonly string[]> => {
  const { hasColor, isUtc } = session.look
  const formatter = new LogFormatter({
    format: 'short',
    colour: hasColor,
    terminal: process.stdout.isTTY === true,
    utc: isUtc,
    identifiers: [],
  })
  try {
    const query = { directory: await logDirectory(session), units: [{ name: unit }], lines: shownLines }
    const lines: string[] = []
    for await (const line of readLogs(query)) lines.push(formatter.format(line).trimEnd())
    return lines
  } catch {
    return []
  }
}
