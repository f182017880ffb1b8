/**
 * Points in time as people write them (systemd.time(7), PARSING TIMESTAMPS): `2024-02-28 12:00`, `Fri 12:00`, `now`,
 * `yesterday`, `+3h`, `5min ago`, `@1700000000`; and, as systemd does since 254, `2024-02-28T12:00:00Z`.
 */
import { parseTimeSpan } from '../time-span/time-span.ts'
import { usecPerSecond } from './calendar.ts'
import { type Civil, epochFromCivil, weekdayFromEpoch } from './civil.ts'
import { epochFromLocal, fixedZone, localTime, type TimeZone, type TimeZones } from './time-zone.ts'
import { weekdayAtStart } from './weekdays.ts'
import { isTimeZoneName } from './zone-names.ts'

/** Epoch microseconds, undefined where the text is no timestamp. Without a zone of its own it is local time. */
export const parseTimestamp = (text: string, nowUsec: number, zones: TimeZones): number | undefined => {
  const usec = relativeUsec(text, nowUsec) ?? absoluteUsec(text, nowUsec, zones)
  return usec !== undefined && usec >= 0 && usec <= lastUsec ? usec : undefined
}

/** 9999-12-30 23:59:59, the last that systemd reads. */
const lastUsec = 253_402_214_399 * usecPerSecond

const relativeUsec = (text: string, nowUsec: number): number | undefined => {
  if (text === 'now') return nowUsec
  const match = /^([@+-])(.*)$|^(.*) (ago|left)$/s.exec(text)
  const span = match === null ? undefined : parseTimeSpan(match[2] ?? match[3] ?? '')
  if (match === null || span === undefined) return undefined
  if (match[1] === '@') return span
  return match[1] === '-' || match[4] === 'ago' ? nowUsec - span : nowUsec + span
}

const absoluteUsec = (text: string, nowUsec: number, zones: TimeZones): number | undefined => {
  const { rest, zone } = splitZone(text, zones)
  const today: Civil = {
    ...localTime(zone, Math.floor(nowUsec / usecPerSecond)),
    hour: 0,
    minute: 0,
    second: 0,
  }
  const weekday = weekdayAtStart(rest)
  const moment = weekday === undefined ? dayByName(rest, today) : undefined
  const read = moment ?? readMoment(weekday?.rest ?? rest, today)
  if (read === undefined) return undefined
  if (weekday !== undefined && weekdayFromEpoch(epochFromCivil(read.civil)) !== weekday.day) return undefined
  return epochFromLocal(zone, read.civil, 0) * usecPerSecond + read.usec
}

/** `… UTC`, `… Europe/Berlin`, `…T12:00Z`, `… +01:00`; or none, which is local. */
const splitZone = (text: string, zones: TimeZones): { readonly rest: string; readonly zone: TimeZone } => {
  const offset = /^(.*\d(?:T| ).*\d) ?(?:Z|([+-])(\d\d):?(\d\d))$/.exec(text)
  if (offset !== null) {
    const seconds = Number(offset[3] ?? 0) * 3600 + Number(offset[4] ?? 0) * 60
    return { rest: offset[1]!, zone: fixedZone(offset[2] === '-' ? -seconds : seconds) }
  }
  const space = text.lastIndexOf(' ')
  const last = text.slice(space + 1)
  const name = last.toLowerCase() === 'utc' ? 'UTC' : last
  if (space < 0 || !isTimeZoneName(name)) return { rest: text, zone: zones.local }
  return { rest: text.slice(0, space), zone: zones.named(name) }
}

interface Moment {
  readonly civil: Civil
  readonly usec: number
}

const namedDays: ReadonlyMap<string, number> = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
])

const dayByName = (text: string, today: Civil): Moment | undefined => {
  const days = namedDays.get(text)
  return days === undefined ? undefined : { civil: { ...today, day: today.day + days }, usec: 0 }
}

/**
 * As strptime(3) reads a number: a second digit only where the first leaves room for it, and nothing is given back, so
 * that `2024-02-2812:00` is noon and `10:7:0` no more than three numbers. The digits are those that may be followed.
 */
const number = (name: string, digits: string): string =>
  String.raw`\s*(?=(?<${name}>[${digits}]\d|\d))\k<${name}>`

const seconds = String.raw`:${number('second', '0-6')}(?:\.(?<fraction>\d+))?`
const hoursAndMinutes = `${number('hour', '0-2')}:${number('minute', '0-5')}`
const day = number('day', '0-3')
const dateAndTime = new RegExp(
  String.raw`^\s*(?<year>\d{1,4})-${number('month', '01')}-${day}(?:T?${hoursAndMinutes}(?:${seconds})?)?$`,
)
const timeOnly = new RegExp(`^${hoursAndMinutes}(?:${seconds})?$`)
/** As syslog writes it; the seconds must be there. */
const monthNameAndTime = new RegExp(String.raw`^\s*(?<name>[A-Za-z]+)${day}${hoursAndMinutes}${seconds}$`)

const readMoment = (text: string, today: Civil): Moment | undefined => {
  const match = dateAndTime.exec(text) ?? timeOnly.exec(text) ?? monthNameAndTime.exec(text)
  if (match === null) return undefined
  const {
    year,
    month,
    day: dayOfMonth,
    name,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
  } = match.groups ?? {}
  const monthNumber = name === undefined ? Number(month ?? today.month) : monthByName(name)
  const civil = {
    year: year === undefined ? today.year : fullYear(year),
    month: monthNumber,
    day: Number(dayOfMonth ?? today.day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  }
  // 60 and 61 are leap seconds to C; a day that the month lacks runs over into the next.
  const { month: m, day: d, hour: h, minute: min, second: s } = civil
  if (m < 1 || m > 12 || d < 1 || d > 31 || h > 23 || min > 59 || s > 61) return undefined
  return { civil, usec: Math.round(Number(`0.${fraction || 0}`) * usecPerSecond) }
}

/** Two digits: 69 to 99 are of the last century. */
const fullYear = (digits: string): number => {
  if (digits.length > 2) return Number(digits)
  return Number(digits) + (Number(digits) < 69 ? 2000 : 1900)
}

const monthNames =
  'january february march april may june july august september october november december'.split(' ')

/** 0 where it names none. */
const monthByName = (name: string): number => {
  const lower = name.toLowerCase()
  return monthNames.findIndex((month) => month === lower || month.slice(0, 3) === lower) + 1
}
