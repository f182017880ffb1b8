/** Times in the past as people write them: `10m` (that long ago), `yesterday`, `14:30`, `2026-03-14 14:30` (systemd.time(7)). */
import { GitprocError } from '../base/error.ts'
import { TimeZones } from '../units/calendar/time-zone.ts'
import { parseTimestamp } from '../units/calendar/timestamp.ts'
import { parseTimeSpan } from '../units/time-span/time-span.ts'

/** Epoch ms. Fails `cli/usage`. */
export const pastMoment = (flag: string, text: string, nowMs: number): number => {
  const spanUsec = parseTimeSpan(text)
  if (spanUsec !== undefined && Number.isFinite(spanUsec) && !/^\d+$/.test(text))
    return nowMs - spanUsec / 1000
  const zones = new TimeZones(Intl.DateTimeFormat().resolvedOptions().timeZone)
  const atUsec = parseTimestamp(text, nowMs * 1000, zones)
  if (atUsec !== undefined) return atUsec / 1000
  throw new GitprocError('cli/usage', `${flag} wants a time, got "${text}"`, {
    remedy: 'such as: 10m, yesterday, 14:30, "2026-03-14 14:30:00"',
  })
}
