/** The words that stand for a whole calendar event: `daily`, `quarterly`, … */
import { type Calendar, exactly } from './calendar.ts'

const minutely: Calendar = {
  weekdays: 0,
  year: [],
  month: [],
  day: [],
  endOfMonth: false,
  hour: [],
  minute: [],
  microsecond: exactly(0),
  zone: undefined,
}
const hourly: Calendar = { ...minutely, minute: exactly(0) }
const daily: Calendar = { ...hourly, hour: exactly(0) }
const weekly: Calendar = { ...daily, weekdays: 1 }
const monthly: Calendar = { ...daily, day: exactly(1) }
const quarterly: Calendar = { ...monthly, month: [1, 4, 7, 10].flatMap(exactly) }
const semiannually: Calendar = { ...monthly, month: [1, 7].flatMap(exactly) }
const yearly: Calendar = { ...monthly, month: exactly(1) }

/** By their names in small letters. */
export const shorthands: ReadonlyMap<string, Calendar> = new Map(
  Object.entries({
    minutely,
    hourly,
    daily,
    weekly,
    monthly,
    quarterly,
    semiannually,
    'semi-annually': semiannually,
    biannually: semiannually,
    'bi-annually': semiannually,
    yearly,
    annually: yearly,
    // Misspelt in systemd since the beginning, so somebody's timer says it.
    anually: yearly,
  }),
)
