/** Calendar events in systemd's normal form: `Mon..Fri *-*-* 08:00:00 Europe/Berlin`. */
import { type Calendar, type Chain, type Component, usecPerSecond } from './calendar.ts'
import { formatWeekdays } from './weekdays.ts'

export const formatCalendar = (calendar: Calendar): string => {
  const weekdays = calendar.weekdays === undefined ? '' : `${formatWeekdays(calendar.weekdays)} `
  const separator = calendar.endOfMonth ? '~' : '-'
  const date = `${formatChain(calendar.year, 4)}-${formatChain(calendar.month, 2)}${separator}${formatChain(calendar.day, 2)}`
  const time = `${formatChain(calendar.hour, 2)}:${formatChain(calendar.minute, 2)}:${formatSeconds(calendar.microsecond)}`
  return `${weekdays}${date} ${time}${calendar.zone === undefined ? '' : ` ${calendar.zone}`}`
}

const formatChain = (chain: Chain, width: number): string =>
  chain.length === 0
    ? '*'
    : chain
        .map((component) => formatComponent(component, 1, (value) => String(value).padStart(width, '0')))
        .join(',')

/** One component that means every full second makes the others superfluous. */
const formatSeconds = (chain: Chain): string =>
  chain.some(({ start, stop, repeat }) => start === 0 && stop === undefined && repeat === usecPerSecond)
    ? '*'
    : chain.map((component) => formatComponent(component, usecPerSecond, formatSecond)).join(',')

const formatComponent = (
  { start, stop, repeat }: Component,
  unit: number,
  format: (value: number) => string,
): string => {
  const range = stop === undefined || stop === 0 ? '' : `..${format(stop)}`
  const hasOwnStep = repeat > 0 && !(range !== '' && repeat === unit)
  return `${format(start)}${range}${hasOwnStep ? `/${formatStep(repeat, unit)}` : ''}`
}

const formatSecond = (usec: number): string => {
  const whole = String(Math.trunc(usec / usecPerSecond)).padStart(2, '0')
  return whole + formatFraction(usec)
}

const formatStep = (repeat: number, unit: number): string =>
  unit === 1 ? String(repeat) : Math.trunc(repeat / unit) + formatFraction(repeat)

const formatFraction = (usec: number): string =>
  usec % usecPerSecond === 0 ? '' : `.${String(usec % usecPerSecond).padStart(6, '0')}`
