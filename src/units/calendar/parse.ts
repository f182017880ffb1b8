/** Reads calendar events (systemd.time(7), CALENDAR EVENTS), as strictly as systemd 252 does. */
import { err, ok, type Result } from '../../base/result.ts'
import { type Calendar, exactly, firstYear, lastYear, usecPerSecond } from './calendar.ts'
import { isValidChain, isValidMonthEnd, normalizeChain, readChain } from './chain.ts'
import { civilFromEpoch } from './civil.ts'
import { shorthands } from './shorthands.ts'
import { everyWeekday, readWeekdays } from './weekdays.ts'
import { isTimeZoneName } from './zone-names.ts'

/** The calendar event, or in English why the text is none. */
export const parseCalendar = (text: string): Result<Calendar, string> => {
  const { moment, zone } = splitZone(text)
  const read = shorthands.get(moment.toLowerCase()) ?? readMoment(moment)
  if (typeof read === 'string') return err(read)
  const calendar = normalize({ ...read, zone: read.zone ?? zone })
  const problem = findProblem(calendar)
  return problem === undefined ? ok(calendar) : err(problem)
}

const splitZone = (text: string): { readonly moment: string; readonly zone: string | undefined } => {
  const space = text.lastIndexOf(' ')
  const last = text.slice(space + 1)
  const zone = last.toLowerCase() === 'utc' ? 'UTC' : last
  if (space < 0 || !isTimeZoneName(zone)) return { moment: text, zone: undefined }
  return { moment: text.slice(0, space), zone }
}

const readMoment = (text: string): Calendar | string => {
  if (text === '') return 'it is empty'
  const days = readWeekdays(text)
  if (days === undefined) return 'its days of the week are no list of days or ranges such as Mon..Fri'
  if (days.rest.startsWith('@')) return readEpoch(days.rest, days.weekdays)
  const date = readDate(days.rest)
  if (date === undefined) return 'its date is not of the form YEAR-MONTH-DAY'
  const time = readTime(date.rest)
  if (time === undefined) return 'its time is not of the form HOUR:MINUTE or HOUR:MINUTE:SECOND'
  return { weekdays: days.weekdays, ...date.parts, ...time, zone: undefined }
}

type DateParts = Pick<Calendar, 'year' | 'month' | 'day' | 'endOfMonth'>
type TimeParts = Pick<Calendar, 'hour' | 'minute' | 'microsecond'>

const anyDate: DateParts = { year: [], month: [], day: [], endOfMonth: false }

/** `YEAR-MONTH-DAY`, `MONTH-DAY`, with `~` before the day to count from the month's end; or no date at all. */
const readDate = (text: string): { readonly parts: DateParts; readonly rest: string } | undefined => {
  if (text === '') return { parts: anyDate, rest: '' }
  const first = readChain(text, 'whole')
  if (first === undefined) return undefined
  if (first.rest === '' || first.rest.startsWith(':')) return { parts: anyDate, rest: text }
  const second = /^[-~]/.test(first.rest) ? readChain(first.rest.slice(1), 'whole') : undefined
  if (second === undefined) return undefined
  const isMonthAndDay = second.rest === '' || second.rest.startsWith(' ')
  if (isMonthAndDay) {
    const parts = { year: [], month: first.chain, day: second.chain, endOfMonth: first.rest.startsWith('~') }
    return { parts, rest: skipSpaces(second.rest) }
  }
  const third = /^[-~]/.test(second.rest) ? readChain(second.rest.slice(1), 'whole') : undefined
  if (third === undefined || !/^(?: |$)/.test(third.rest) || first.rest.startsWith('~')) return undefined
  const endOfMonth = second.rest.startsWith('~')
  return {
    parts: { year: first.chain, month: second.chain, day: third.chain, endOfMonth },
    rest: skipSpaces(third.rest),
  }
}

const skipSpaces = (text: string): string => text.replace(/^ +/, '')

/** `HOUR:MINUTE[:SECOND]`; nothing is midnight. */
const readTime = (text: string): TimeParts | undefined => {
  if (text === '') return { hour: exactly(0), minute: exactly(0), microsecond: exactly(0) }
  const hour = readChain(text, 'whole')
  const minute = hour?.rest.startsWith(':') ? readChain(hour.rest.slice(1), 'whole') : undefined
  if (hour === undefined || minute === undefined) return undefined
  if (minute.rest === '') return { hour: hour.chain, minute: minute.chain, microsecond: exactly(0) }
  const second = minute.rest.startsWith(':') ? readChain(minute.rest.slice(1), 'seconds') : undefined
  if (second?.rest !== '') return undefined
  return { hour: hour.chain, minute: minute.chain, microsecond: second.chain }
}

/** `@1700000000`: seconds since 1970, which is always UTC. */
const readEpoch = (text: string, weekdays: number): Calendar | string => {
  const match = /^@[ \t\n\v\f\r]*\+?([0-9]+)$/.exec(text)
  const seconds = Number(match?.[1])
  if (!Number.isSafeInteger(seconds)) return 'after @ it wants seconds since 1970'
  const civil = civilFromEpoch(seconds)
  return {
    weekdays,
    year: exactly(civil.year),
    month: exactly(civil.month),
    day: exactly(civil.day),
    endOfMonth: false,
    hour: exactly(civil.hour),
    minute: exactly(civil.minute),
    microsecond: exactly(civil.second * usecPerSecond),
    zone: 'UTC',
  }
}

const normalize = (read: Calendar): Calendar => ({
  weekdays: read.weekdays === 0 || read.weekdays === everyWeekday ? undefined : read.weekdays,
  year: normalizeChain(
    read.year.map(({ start, stop, repeat }) => ({
      start: fullYear(start),
      stop: stop === undefined ? stop : fullYear(stop),
      repeat,
    })),
  ),
  month: normalizeChain(read.month),
  day: normalizeChain(read.day),
  endOfMonth: read.endOfMonth && read.day.length > 0,
  hour: normalizeChain(read.hour),
  minute: normalizeChain(read.minute),
  microsecond: normalizeChain(read.microsecond),
  zone: read.zone,
})

/** 12 is 2012, 89 is 1989. */
const fullYear = (year: number): number => (year < 70 ? year + 2000 : year < 100 ? year + 1900 : year)

const findProblem = (calendar: Calendar): string | undefined => {
  if (!isValidChain(calendar.year, firstYear, lastYear))
    return `its year is not within ${firstYear} and ${lastYear}`
  if (!isValidChain(calendar.month, 1, 12)) return 'its month is not within 1 and 12'
  if (calendar.endOfMonth && !isValidMonthEnd(calendar.day))
    return 'its day before the end of the month is not within 1 and 28'
  if (!calendar.endOfMonth && !isValidChain(calendar.day, 1, 31)) return 'its day is not within 1 and 31'
  if (!isValidChain(calendar.hour, 0, 23)) return 'its hour is not within 0 and 23'
  if (!isValidChain(calendar.minute, 0, 59)) return 'its minute is not within 0 and 59'
  if (!isValidChain(calendar.microsecond, 0, 60 * usecPerSecond - 1))
    return 'its second is not within 0 and 59'
  return undefined
}
