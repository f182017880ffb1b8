/** Points in time as text: for programs in UTC, for people on the clocks of a zone. */
import { usecPerSecond } from './calendar.ts'
import { civilFromEpoch, weekdayFromEpoch } from './civil.ts'
import type { TimeZone } from './time-zone.ts'
import { shortNames } from './weekdays.ts'

/** `2024-02-28T12:00:00Z`, with six digits behind the point where there is a fraction. */
export const utcText = (usec: number): string => `${isoText(usec, 'T')}${fractionText(usec)}Z`

/** `Wed 2024-02-28 13:00:00 UTC`, elsewhere with the offset: abbreviations of zones are ambiguous. */
export const timestampText = (usec: number, zone: TimeZone): string => {
  const offset = zone.offsetAt(Math.floor(usec / usecPerSecond))
  const local = usec + offset * usecPerSecond
  const weekday = shortNames[weekdayFromEpoch(Math.floor(local / usecPerSecond))]
  return `${weekday} ${isoText(local, ' ')} ${zone.name === 'UTC' ? 'UTC' : offsetText(offset)}`
}

const isoText = (usec: number, separator: string): string => {
  const civil = civilFromEpoch(Math.floor(usec / usecPerSecond))
  const [month, day, hour, minute, second] = [
    civil.month,
    civil.day,
    civil.hour,
    civil.minute,
    civil.second,
  ].map(twoDigits)
  return `${String(civil.year).padStart(4, '0')}-${month}-${day}${separator}${hour}:${minute}:${second}`
}

const fractionText = (usec: number): string =>
  usec % usecPerSecond === 0 ? '' : `.${String(usec % usecPerSecond).padStart(6, '0')}`

const offsetText = (seconds: number): string => {
  const minutes = Math.floor(Math.abs(seconds) / 60)
  return `${seconds < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
