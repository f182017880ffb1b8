/** Calendar events at random, from a seed: mostly valid, many of them odd, some broken by one changed character. */

/** A small generator (mulberry32): the same seed gives the same run. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(values: readonly T[]): T {
    return values[this.between(0, values.length - 1)]!
  }
}

export const randomCalendar = (random: Random): string => {
  const text = random.chance(0.05) ? random.pick(words) : randomMoment(random)
  const zoned = random.chance(0.2) ? `${text} ${random.pick(zoneWords)}` : text
  return random.chance(0.12) ? broken(random, zoned) : zoned
}

const words =
  'minutely hourly Daily weekly MONTHLY quarterly semiannually bi-annually yearly @1790000000 @4000000000'.split(
    ' ',
  )
const zoneWords =
  'UTC utc Europe/Berlin europe/berlin America/New_York Australia/Lord_Howe Asia/Katmandu Asia/Kathmandu GB EST5EDT Nowhere +01:00'.split(
    ' ',
  )

const randomMoment = (random: Random): string => {
  const weekdays = random.chance(0.3) ? randomWeekdays(random) : ''
  const date = random.chance(0.55) ? randomDate(random) : ''
  const time = date === '' || random.chance(0.7) ? randomTime(random) : ''
  return [weekdays, date, time].filter((part) => part !== '').join(random.chance(0.97) ? ' ' : '  ')
}

const dayNames = 'Mon Tue Wed Thu Fri Sat Sun Monday tuesday WED Sunday'.split(' ')

const randomWeekdays = (random: Random): string =>
  Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () =>
    random.chance(0.3)
      ? random.pick(['Mon..Fri', 'Tue..Thu', 'fri..Sun', 'Sat..Sun', 'Thu-Sat', 'Fri..Mon'])
      : random.pick(dayNames),
  ).join(',')

const randomDate = (random: Random): string => {
  const year = random.chance(0.4) ? '' : `${random.chance(0.6) ? '*' : randomChain(random, 2024, 2040)}-`
  const month = random.chance(0.5) ? '*' : randomChain(random, 1, 12)
  const atEnd = random.chance(0.25)
  const day = random.chance(0.25) && !atEnd ? '*' : randomChain(random, 1, atEnd ? 28 : 31)
  return `${year}${month}${atEnd ? '~' : '-'}${day}`
}

const randomTime = (random: Random): string => {
  // Small hours more often: that is when clocks change.
  const hour = random.chance(0.25) ? '*' : randomChain(random, 0, random.chance(0.7) ? 4 : 23)
  const minute = random.chance(0.2) ? '*' : randomChain(random, 0, 59)
  if (random.chance(0.6)) return `${hour}:${minute}`
  const second = random.chance(0.15) ? '*' : randomChain(random, 0, 59, random.chance(0.3))
  return `${hour}:${minute}:${second}`
}

const randomChain = (random: Random, low: number, high: number, withFraction = false): string =>
  Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () =>
    randomComponent(random, low, high, withFraction),
  ).join(',')

const randomComponent = (random: Random, low: number, high: number, withFraction: boolean): string => {
  const fraction = () => (withFraction && random.chance(0.5) ? `.${random.between(0, 99_999_999)}` : '')
  const start = random.between(low, high)
  const padded = random.chance(0.3) ? String(start).padStart(2, '0') : String(start)
  const stop = random.chance(0.3)
    ? `..${random.between(random.chance(0.9) ? start : low, high)}${fraction()}`
    : ''
  const step = random.chance(0.25)
    ? `/${random.between(random.chance(0.95) ? 1 : 0, Math.ceil((high - low) / 2))}${fraction()}`
    : ''
  return `${padded}${fraction()}${stop}${step}`
}

const broken = (random: Random, text: string): string => {
  const at = random.between(0, text.length - 1)
  return (
    text.slice(0, at) +
    random.pick([...'*/.,:-~ @0aZ', '', '..', '99']) +
    text.slice(at + random.between(0, 1))
  )
}
