/** The days of the week at the head of a calendar event: `Mon..Fri,Sun`. */

const longNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
export const shortNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

export const everyWeekday = 0b111_1111

export interface ReadWeekdays {
  /** 0 where the text begins with no day. */
  readonly weekdays: number
  readonly rest: string
}

/** The days that the text begins with; undefined where it begins like days and then is none. */
export const readWeekdays = (text: string): ReadWeekdays | undefined => {
  let weekdays = 0
  let rest = text
  let rangeFrom: number | undefined
  for (;;) {
    const found = dayAt(rest)
    if (found === undefined) return weekdays === 0 ? { weekdays, rest } : undefined
    const range = dayRange(rangeFrom ?? found.day, found.day)
    const separator = separatorPattern.exec(rest.slice(found.length))?.[0]
    if (range === undefined || separator === undefined) return undefined
    weekdays |= range
    rest = rest.slice(found.length + separator.length)
    const opensRange = separator === '..' || separator === '-'
    if (opensRange && (rangeFrom !== undefined || isEnd(rest))) return undefined
    // A comma may trail: `Mon, 12:00`.
    if (!opensRange && (separator !== ',' || isEnd(rest))) return { weekdays, rest: rest.replace(/^ +/, '') }
    rangeFrom = opensRange ? found.day : undefined
  }
}

/** What may follow a day; `-` for ranges is the old spelling. */
const separatorPattern = /^(?:\.\.|-|,| |$)/

const isEnd = (rest: string): boolean => rest === '' || rest.startsWith(' ')

/** The day before a timestamp: `Wed 2024-02-28`. */
export const weekdayAtStart = (text: string): { readonly day: number; readonly rest: string } | undefined => {
  const found = dayAt(text)
  return found !== undefined && text[found.length] === ' '
    ? { day: found.day, rest: text.slice(found.length + 1) }
    : undefined
}

const dayAt = (text: string): { readonly day: number; readonly length: number } | undefined => {
  const lower = text.toLowerCase()
  for (const names of [longNames, shortNames]) {
    const day = names.findIndex((name) => lower.startsWith(name.toLowerCase()))
    if (day >= 0) return { day, length: names[day]!.length }
  }
  return undefined
}

/** Bits of both days and those between; undefined where the range runs over the end of the week. */
const dayRange = (from: number, to: number): number | undefined =>
  from > to ? undefined : (1 << (to + 1)) - (1 << from)

/** `Mon..Fri,Sun`: two neighbours with a comma, three or more as a range. */
export const formatWeekdays = (weekdays: number): string => {
  const runs: string[] = []
  for (let day = 0; day < 7; day++) {
    if ((weekdays & (1 << day)) === 0) continue
    const first = day
    while (weekdays & (1 << (day + 1))) day++
    const joint = day === first + 1 ? ',' : '..'
    runs.push(day === first ? shortNames[day]! : `${shortNames[first]}${joint}${shortNames[day]}`)
  }
  return runs.join(',')
}
