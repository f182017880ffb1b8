/** `--until TIME|SPAN`: `30min`, `18:00`, `tomorrow`, `2026-12-24 12:00 Europe/Berlin` (systemd.time(7)). */
import { GitprocError } from '../base/error.ts'
import { TimeZones } from '../units/calendar/time-zone.ts'
import { parseTimestamp } from '../units/calendar/timestamp.ts'
import { parseTimeSpan } from '../units/time-span/time-span.ts'

export interface Moment {
  readonly nowMs: number
  /** Of whoever asks. */
  readonly zones: TimeZones
}

/** Epoch ms. A time of day that is over today is meant for tomorrow. Fails `cli/usage`. */
export const parseUntil = (text: string, { nowMs, zones }: Moment): number => {
  const spanUsec = parseTimeSpan(text)
  const usec = spanUsec === undefined ? parseTimestamp(text, nowMs * 1000, zones) : nowMs * 1000 + spanUsec
  if (usec === undefined || !Number.isFinite(usec)) throw bad(`"${text}" is neither a time nor a time span`)
  const isTimeOfDay = /^\d{1,2}:\d{2}(:\d{2})?$/.test(text)
  const untilMs = usec / 1000 + (isTimeOfDay && usec / 1000 <= nowMs ? dayMs : 0)
  if (untilMs <= nowMs) throw bad(`"${text}" is over already`)
  return untilMs
}

const dayMs = 86_400_000

const bad = (what: string): GitprocError =>
  new GitprocError('cli/usage', `--until: ${what}`, {
    remedy: 'such as 30min, 18:00, tomorrow, "2026-12-24 12:00" (systemd.time(7))',
  })

export const presentMoment = (): Moment => ({
  nowMs: Date.now(),
  zones: new TimeZones(Intl.DateTimeFormat().resolvedOptions().timeZone),
})
