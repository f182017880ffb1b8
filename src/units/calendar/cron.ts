/**
 * The five fields of crontab(5) as calendar events, so that zones and changing clocks mean for them what they mean for
 * `OnCalendar=`. node-cron reads the fields; what its grammar has beyond crontab(5) is refused.
 */
import { validateDetailed } from 'node-cron'
import { err, ok, type Result } from '../../base/result.ts'
import { type Calendar, type Chain, exactly } from './calendar.ts'

/** The events of which any one makes it elapse, or in English why the text is none. */
export const parseCron = (text: string): Result<readonly Calendar[], string> => {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 5 && !/^@[a-z]+$/.test(text.trim()))
    return err('it wants five fields: minute, hour, day of the month, month, day of the week')
  const { fields: read, errors } = validateDetailed(fields.join(' '))
  if (read === undefined) return err(errors.map(({ message }) => message).join(', '))
  const named = [...read.dayOfMonth, ...read.dayOfWeek].find((value) => typeof value === 'string')
  if (named !== undefined) return err(`${named} is no day that crontab(5) knows`)
  const days = read.dayOfMonth.map(Number)
  const weekdays = read.dayOfWeek.map(Number)
  const time = { hour: chain(read.hour, 24), minute: chain(read.minute, 60), month: chain(read.month, 12) }
  return ok(dayRules(days, weekdays, fields).map((rule) => ({ ...anyYear, ...time, ...rule })))
}

const anyYear = { year: [], microsecond: exactly(0), endOfMonth: false, zone: undefined } as const

type DayRule = Pick<Calendar, 'day' | 'weekdays'>

/** Where both kinds of days are named, either of them counts (crontab(5)); a field that begins with `*` names none. */
const dayRules = (
  days: readonly number[],
  weekdays: readonly number[],
  fields: readonly string[],
): readonly DayRule[] => {
  const byDay: DayRule = { day: chain(days, 31), weekdays: undefined }
  const byWeekday: DayRule = { day: [], weekdays: weekdayBits(weekdays) }
  const isNamed = (field: string | undefined): boolean => field !== undefined && !/^[*?]/.test(field)
  if (isNamed(fields[2]) && isNamed(fields[4])) return [byDay, byWeekday]
  return [{ day: byDay.day, weekdays: byWeekday.weekdays }]
}

/** All there are is any. */
const chain = (values: readonly number[], all: number): Chain =>
  values.length === all ? [] : [...values].sort((a, b) => a - b).flatMap((value) => exactly(value))

/** cron's week begins with Sunday, a calendar's with Monday. */
const weekdayBits = (weekdays: readonly number[]): number | undefined =>
  weekdays.length === 7 ? undefined : weekdays.reduce((bits, day) => bits | (1 << ((day + 6) % 7)), 0)
