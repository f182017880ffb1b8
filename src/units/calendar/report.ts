/** The answers of `gitproc analyze calendar`: as an object for programs, as text in the manner of systemd-analyze. */
import { formatCalendar } from './format.ts'
import { nextElapse } from './next-elapse.ts'
import { parseCalendar } from './parse.ts'
import { relativeTime } from './relative-time.ts'
import type { TimeZones } from './time-zone.ts'
import { timestampText, utcText } from './timestamp-text.ts'

export interface CalendarReport {
  readonly expression: string
  readonly tz: string
  /** In UTC, as the elapses. */
  readonly base_time: string
  readonly verdict: 'valid' | 'invalid'
  readonly normalized?: string
  /** Each found from the one before; `never` alone where there is none, fewer than asked for where they end. */
  readonly elapses?: readonly string[]
  /** Why it is invalid. */
  readonly reason?: string
}

export interface CalendarQuestion {
  readonly expression: string
  readonly baseUsec: number
  readonly iterations: number
  readonly zones: TimeZones
}

export const reportCalendar = (question: CalendarQuestion): CalendarReport => {
  const { expression, baseUsec, zones } = question
  const asked = { expression, tz: zones.local.name, base_time: utcText(baseUsec) }
  const calendar = parseCalendar(expression)
  if (!calendar.ok) return { ...asked, verdict: 'invalid', reason: calendar.error }
  const elapses = findElapses(question).map(utcText)
  return {
    ...asked,
    verdict: 'valid',
    normalized: formatCalendar(calendar.value),
    elapses: elapses.length === 0 ? ['never'] : elapses,
  }
}

/** The lines that people read; `nowUsec` is what `From now` counts from. */
export const renderCalendar = (question: CalendarQuestion, nowUsec: number): string => {
  const calendar = parseCalendar(question.expression)
  if (!calendar.ok)
    return `"${question.expression}" is no calendar event: ${calendar.error}  [systemd.time(7)]`
  const normal = formatCalendar(calendar.value)
  const elapses = findElapses(question)
  const lines = [
    ...(normal === question.expression ? [] : [`  Original form: ${question.expression}`]),
    `Normalized form: ${normal}`,
    ...elapses.flatMap((usec, at) => elapseLines(usec, at, question.zones, nowUsec)),
    ...(elapses.length === 0 ? ['    Next elapse: never'] : []),
  ]
  return lines.join('\n')
}

const elapseLines = (usec: number, at: number, zones: TimeZones, nowUsec: number): string[] => {
  const label = at === 0 ? 'Next elapse' : `Iter. #${at + 1}`
  const inUtc =
    zones.local.name === 'UTC' ? [] : [`       (in UTC): ${timestampText(usec, zones.named('UTC'))}`]
  return [
    `${label.padStart(15)}: ${timestampText(usec, zones.local)}`,
    ...inUtc,
    `       From now: ${relativeTime(usec, nowUsec)}`,
  ]
}

const findElapses = ({ expression, baseUsec, iterations, zones }: CalendarQuestion): number[] => {
  const calendar = parseCalendar(expression)
  const found: number[] = []
  let at: number | undefined = baseUsec
  while (calendar.ok && found.length < iterations) {
    at = nextElapse(calendar.value, at, zones)
    if (at === undefined) break
    found.push(at)
  }
  return found
}
