/** What can be asked of the logs. */
import { requiredLiteral } from './grep-literal.ts'
import type { LineSettings } from './line-settings.ts'
import type { LogLine } from './log-line.ts'
import { type LineLimits, maxShownBytes } from './raw-line.ts'
import type { Selection } from './selection.ts'
import type { StreamName } from './unit-directory.ts'

/** What is given of the settings wins over what is kept beside the lines. */
export interface UnitQuery extends LineSettings {
  readonly name: string
}

export interface LogQuery extends Selection {
  /** LOGS */
  readonly directory: string
  /** Empty: every unit that has logs. */
  readonly units: readonly UnitQuery[]
  /** Only the last so many. */
  readonly lines?: number | undefined
  readonly grep?: RegExp | undefined
  readonly streams?: readonly StreamName[] | undefined
  /** Newest first. */
  readonly reverse?: boolean | undefined
  /** Goes on with what is written from now on, until `signal` is aborted. */
  readonly follow?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export const allStreams: readonly StreamName[] = ['out', 'err']

/** Notes belong to the whole unit: who asks for one stream does not get them. */
export const wantsNotes = (query: LogQuery): boolean => query.streams === undefined

export const lineLimits = (query: LogQuery): LineLimits => ({
  maxBytes: maxShownBytes,
  literal: query.grep === undefined ? undefined : requiredLiteral(query.grep),
})

/** Whether a line, found in the right place, is one that was asked for. */
export const isWanted = (line: LogLine, query: LogQuery, unit: UnitQuery): boolean =>
  line.timeMs >= (query.sinceMs ?? Number.NEGATIVE_INFINITY) &&
  line.timeMs <= (query.untilMs ?? Number.POSITIVE_INFINITY) &&
  line.priority <= (unit.maxPriority ?? 7) &&
  (query.grep === undefined || matches(query.grep, line.message))

const matches = (pattern: RegExp, text: string): boolean => {
  pattern.lastIndex = 0
  return pattern.test(text)
}
