/**
 * Calendar events, `Mon..Fri *-*-* 08:00` (systemd.time(7), CALENDAR EVENTS): which moments of which days are meant.
 *
 * `parse.ts` reads them, `format.ts` writes systemd's normal form, `next-elapse.ts` finds the next moment, in the zone
 * that `time-zone.ts` knows. Imports base only. Start with this file, then `next-elapse.ts`.
 */

/** `start`, `start..stop`, `start/repeat` or `start..stop/repeat`; `repeat` 0 is none. Seconds are counted in microseconds. */
export interface Component {
  readonly start: number
  readonly stop: number | undefined
  readonly repeat: number
}

/** Any of its components may match; an empty chain is `*`. */
export type Chain = readonly Component[]

export interface Calendar {
  /** One bit for each day, Monday the lowest; undefined: every day. */
  readonly weekdays: number | undefined
  readonly year: Chain
  readonly month: Chain
  readonly day: Chain
  /** `~`: days count back from the last of the month. */
  readonly endOfMonth: boolean
  readonly hour: Chain
  readonly minute: Chain
  /** Seconds and their fractions, in microseconds; `*` is every full second. */
  readonly microsecond: Chain
  /** `UTC`, `Europe/Berlin`, …; undefined: the zone of whoever asks. */
  readonly zone: string | undefined
}

export const usecPerSecond = 1_000_000

/** The years in which systemd looks for a match. */
export const firstYear = 1970
export const lastYear = 2199

/** A chain of one fixed value. */
export const exactly = (start: number): Chain => [{ start, stop: undefined, repeat: 0 }]

export const everyFullSecond: Chain = [{ start: 0, stop: undefined, repeat: usecPerSecond }]
