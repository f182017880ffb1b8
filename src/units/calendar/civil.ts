/** Dates of the Gregorian calendar and seconds since 1970, without a zone. Fields out of range carry over. */

export interface Civil {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

const secondsPerDay = 86_400

/** Seconds since 1970 if the fields were UTC; day 0 is the last of the month before, month 13 is next January. */
export const epochFromCivil = (civil: Civil): number =>
  daysFromCivil(civil.year, civil.month, civil.day) * secondsPerDay +
  civil.hour * 3600 +
  civil.minute * 60 +
  civil.second

export const civilFromEpoch = (seconds: number): Civil => {
  const days = Math.floor(seconds / secondsPerDay)
  const second = seconds - days * secondsPerDay
  return {
    ...civilFromDays(days),
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
  }
}

/** 0 is Monday. 1970 began on a Thursday. */
export const weekdayFromEpoch = (seconds: number): number => {
  const days = Math.floor(seconds / secondsPerDay) + 3
  return ((days % 7) + 7) % 7
}

/** Years are counted from March, so that the leap day is a year's last; 719468 days lie between 0000-03-01 and 1970. */
const daysFromCivil = (givenYear: number, givenMonth: number, day: number): number => {
  const months = givenYear * 12 + givenMonth - 3
  const year = Math.floor(months / 12)
  const monthFromMarch = months - year * 12
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return year * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - 719_468
}

const civilFromDays = (days: number): { year: number; month: number; day: number } => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}
