/** Points of time that lie ahead, as short as they are clear: `02:00`, `Mon 02:00`, `2026-12-24 02:00`. */
import type { Look } from './style.ts'

const dayMs = 86_400_000
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

export const clockTime = (atMs: number, { nowMs, isUtc }: Pick<Look, 'nowMs' | 'isUtc'>): string => {
  const time = new Date(atMs)
  // The same digits, read as UTC: what the local clock shows then.
  const shown = isUtc ? time : new Date(atMs - time.getTimezoneOffset() * 60_000)
  const text = shown.toISOString()
  const clock = text.slice(11, 16)
  const ahead = atMs - nowMs
  if (ahead < dayMs) return ahead < 60_000 ? text.slice(11, 19) : clock
  return ahead < 6 * dayMs ? `${weekdays[shown.getUTCDay()]} ${clock}` : `${text.slice(0, 10)} ${clock}`
}
