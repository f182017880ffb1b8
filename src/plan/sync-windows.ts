/**
 * Sync windows: when commits may be applied by themselves. `allow|deny CRON DURATION [ZONE]`, as many as you like: an open
 * `deny` shuts all, and where there is an `allow` one of them has to be open. A person may go ahead all the same.
 */
import { err, ok, type Result } from '../base/result.ts'
import type { Calendar } from '../units/calendar/calendar.ts'
import { parseCron } from '../units/calendar/cron.ts'
import { nextElapse } from '../units/calendar/next-elapse.ts'
import type { TimeZones } from '../units/calendar/time-zone.ts'
import { isTimeZoneName } from '../units/calendar/zone-names.ts'
import { parseTimeSpan } from '../units/time-span/time-span.ts'

export interface SyncWindow {
  readonly kind: 'allow' | 'deny'
  /** Any one of them begins it. */
  readonly begins: readonly Calendar[]
  readonly lastsMs: number
  /** As it was written, for messages. */
  readonly text: string
}

export type WindowVerdict =
  | { readonly isOpen: true }
  | {
      readonly isOpen: false
      /** Epoch ms at which commits may be applied again; undefined: not as far ahead as was looked. */
      readonly opensAtMs: number | undefined
      /** The window that shuts, or undefined where none of those that allow is open. */
      readonly shutBy: SyncWindow | undefined
    }

/** Windows, one a line or with `;` between them; or in English why one of them is none. */
export const parseSyncWindows = (text: string): Result<readonly SyncWindow[], string> => {
  const windows: SyncWindow[] = []
  for (const part of text.split(/[;\n]/).map((each) => each.trim())) {
    if (part === '') continue
    const window = parseSyncWindow(part)
    if (!window.ok) return err(`"${part}": ${window.error}`)
    windows.push(window.value)
  }
  return ok(windows)
}

/** The zone stands last where there is one; what is left between are the five fields of crontab(5), or `@daily`. */
const parseSyncWindow = (text: string): Result<SyncWindow, string> => {
  const [kind, ...words] = text.split(/\s+/)
  if (kind !== 'allow' && kind !== 'deny') return err('it begins with neither allow nor deny')
  const cron = words.splice(0, words[0]?.startsWith('@') ? 1 : 5).join(' ')
  const last = words.at(-1)
  const zone = last !== undefined && words.length > 1 && isTimeZoneName(last) ? words.pop() : undefined
  const begins = parseCron(cron)
  if (!begins.ok) return err(begins.error)
  const lastsUsec = parseTimeSpan(words.join(' '))
  if (lastsUsec === undefined || lastsUsec === 0 || lastsUsec > longestUsec)
    return err(`how long it lasts wants a time span such as 6h, got "${words.join(' ')}"`)
  const calendars = begins.value.map((calendar) => ({ ...calendar, zone: zone ?? calendar.zone }))
  return ok({ kind, begins: calendars, lastsMs: lastsUsec / 1000, text })
}

/** A year: a window that lasts longer never ends. */
const longestUsec = 366 * 86_400 * 1_000_000

export const judgeWindows = (
  windows: readonly SyncWindow[],
  nowMs: number,
  zones: TimeZones,
): WindowVerdict => {
  const shut = shutAt(windows, nowMs, zones)
  if (shut === undefined) return { isOpen: true }
  return { isOpen: false, opensAtMs: nextOpening(windows, nowMs, zones), shutBy: shut.by }
}

/** Windows that overlap may hand on to each other many times; further ahead than this is not looked. */
const maxRounds = 2000

/** From one moment at which something ends or begins to the next, until nothing shuts. */
const nextOpening = (
  windows: readonly SyncWindow[],
  fromMs: number,
  zones: TimeZones,
): number | undefined => {
  let atMs: number | undefined = fromMs
  for (let round = 0; round < maxRounds && atMs !== undefined; round += 1) {
    const shut = shutAt(windows, atMs, zones)
    if (shut === undefined) return atMs
    atMs = shut.by === undefined ? nextAllowed(windows, atMs, zones) : shut.untilMs
  }
  return undefined
}

interface Shut {
  readonly by: SyncWindow | undefined
  /** Of a window that shuts: until when it surely does. */
  readonly untilMs: number | undefined
}

const shutAt = (windows: readonly SyncWindow[], atMs: number, zones: TimeZones): Shut | undefined => {
  for (const window of windows.filter(({ kind }) => kind === 'deny')) {
    const untilMs = openUntil(window, atMs, zones)
    if (untilMs !== undefined) return { by: window, untilMs }
  }
  const allowing = windows.filter(({ kind }) => kind === 'allow')
  if (allowing.length === 0) return undefined
  const isAllowed = allowing.some((window) => openUntil(window, atMs, zones) !== undefined)
  return isAllowed ? undefined : { by: undefined, untilMs: undefined }
}

/** Until when a window that is open at that moment is open at least; undefined where it is not. */
const openUntil = (window: SyncWindow, atMs: number, zones: TimeZones): number | undefined => {
  const begunAtMs = nextBeginning(window, atMs - window.lastsMs, zones)
  return begunAtMs !== undefined && begunAtMs <= atMs ? begunAtMs + window.lastsMs : undefined
}

const nextAllowed = (windows: readonly SyncWindow[], afterMs: number, zones: TimeZones): number | undefined =>
  earliest(
    windows.filter(({ kind }) => kind === 'allow').map((window) => nextBeginning(window, afterMs, zones)),
  )

/** Strictly after the moment. */
const nextBeginning = ({ begins }: SyncWindow, afterMs: number, zones: TimeZones): number | undefined => {
  const usec = earliest(begins.map((calendar) => nextElapse(calendar, afterMs * 1000, zones)))
  return usec === undefined ? undefined : usec / 1000
}

const earliest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
