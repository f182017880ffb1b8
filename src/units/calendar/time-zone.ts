/** How far a zone's clocks are from UTC, and what a time on those clocks means, as mktime(3) has it. */
import { type Civil, civilFromEpoch, epochFromCivil } from './civil.ts'

export interface TimeZone {
  readonly name: string
  /** Seconds east of UTC at the moment. */
  offsetAt(epochSeconds: number): number
}

/** The zones that one caller needs, each made once: `Intl` takes 0.1 ms to make one, and each remembers its offsets. */
export class TimeZones {
  /** Where an expression names no zone. */
  readonly local: TimeZone
  readonly #named = new Map<string, TimeZone>()

  constructor(localName: string) {
    this.local = this.named(localName)
  }

  named(name: string): TimeZone {
    const known = this.#named.get(name)
    if (known !== undefined) return known
    const zone = createTimeZone(name)
    this.#named.set(name, zone)
    return zone
  }
}

/** Clocks that never change: `+01:00` of a timestamp. */
export const fixedZone = (offsetSeconds: number): TimeZone => ({
  name: 'fixed',
  offsetAt: () => offsetSeconds,
})

/** Six days: short enough that no zone changes its clocks twice within. */
const blockSeconds = 2 ** 19

interface Block {
  readonly before: number
  readonly after: number
  /** First second that has the offset `after`. */
  readonly changesAt: number
}

/** Throws a RangeError for what is no zone (`isTimeZoneName` asks). */
export const createTimeZone = (name: string): TimeZone => {
  if (name === 'UTC') return { name, offsetAt: () => 0 }
  const ask = offsetReader(name)
  const edges = new Map<number, number>()
  const blocks = new Map<number, Block>()
  const edge = (index: number): number => remember(edges, index, () => ask(index * blockSeconds))
  const findBlock = (index: number): Block => {
    const [before, after] = [edge(index), edge(index + 1)]
    return { before, after, changesAt: before === after ? 0 : findChange(ask, index * blockSeconds, after) }
  }
  const offsetAt = (epochSeconds: number): number => {
    const index = Math.floor(epochSeconds / blockSeconds)
    const block = remember(blocks, index, () => findBlock(index))
    return epochSeconds < block.changesAt ? block.before : block.after
  }
  return { name, offsetAt }
}

const remember = <T>(known: Map<number, T>, key: number, find: () => T): T => {
  const value = known.get(key)
  if (value !== undefined) return value
  const found = find()
  known.set(key, found)
  return found
}

const findChange = (ask: (epochSeconds: number) => number, start: number, after: number): number => {
  let [low, high] = [start, start + blockSeconds]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (ask(middle) === after) high = middle
    else low = middle
  }
  return high
}

/** `2024, GMT+05:45`: the shortest text of `Intl` that has the offset, with seconds where there are any. */
const offsetReader = (name: string): ((epochSeconds: number) => number) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    timeZoneName: 'longOffset',
    year: 'numeric',
  })
  return (epochSeconds) => {
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(epochSeconds * 1000))
    const seconds = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0)
    return match?.[1] === '-' ? -seconds : seconds
  }
}

export const localTime = (zone: TimeZone, epochSeconds: number): Civil =>
  civilFromEpoch(epochSeconds + zone.offsetAt(epochSeconds))

/**
 * The moment at which the clocks show these fields. Where they show them twice (autumn) the guessed offset decides:
 * it is what the clocks had at the time asked about before, as in the C library. A time that they skip (spring)
 * becomes as much later as the gap is long.
 */
export const epochFromLocal = (zone: TimeZone, civil: Civil, guessedOffset: number): number => {
  const wanted = epochFromCivil(civil)
  let before: number | undefined
  let at = wanted - guessedOffset
  for (;;) {
    const next = wanted - zone.offsetAt(at)
    if (next === at) return at
    // To and fro across a gap: neither side shows it.
    if (next === before) return Math.max(next, at)
    before = at
    at = next
  }
}
