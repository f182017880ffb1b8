/** One line of output, or one event, as it is read back. */
import type { RawLine } from './raw-line.ts'
import type { StreamName } from './unit-directory.ts'

export interface LogLine {
  readonly unit: string
  /** `note`: something that gitproc did or saw. */
  readonly source: StreamName | 'note'
  /** Epoch ms: the best guess within the interval, by which lines are ordered. */
  readonly timeMs: number
  /** The line began in this interval, for certain. */
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly invocation: string | undefined
  readonly revision: string | undefined
  /** SyslogIdentifier=, or the unit's name without `.service`. */
  readonly identifier: string
  readonly priority: number
  /** Without line break and `<N>` prefix; bytes that are no UTF-8 are U+FFFD. */
  readonly message: string
  /** What of the line is missing in `message`, because it is too long to be shown. */
  readonly omittedBytes: number
  /** As written; undefined for a note. */
  readonly raw: RawLine | undefined
  /** Orders what has the same time within a unit: what has a smaller one was seen earlier. */
  readonly sequence: number
}

/** Time first; within a unit what was seen first. Forwards and backwards the order is the same. */
export const compareLines = (a: LogLine, b: LogLine): number =>
  a.timeMs - b.timeMs ||
  compareNames(a.unit, b.unit) ||
  a.sequence - b.sequence ||
  rank[a.source] - rank[b.source]

/** What is seen together with a note was there before it. */
const rank: Readonly<Record<LogLine['source'], number>> = { out: 0, err: 1, note: 2 }

const compareNames = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
