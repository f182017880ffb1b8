/**
 * When a calendar event comes next. The search goes from the year down to the second: each part moves to its next
 * match, a part without one carries into the part above, and whatever the clocks of the zone skip is tried again from
 * where they go on. It takes the steps that systemd takes, so that it also agrees about the days when clocks change.
 *
 * One thing is left out: the C library's daylight saving flag, which systemd carries along. By it systemd, on a day on
 * which clocks change, now and then loses an elapse or walks in a circle until it gives up and the timer is dead
 * (`06/12:00` on the evening before summer time). Here such an event elapses as it says.
 */
import { type Calendar, type Chain, lastYear, usecPerSecond } from './calendar.ts'
import { type Civil, epochFromCivil, weekdayFromEpoch } from './civil.ts'
import { epochFromLocal, localTime, type TimeZone, type TimeZones } from './time-zone.ts'

/** Epoch microseconds strictly after the given ones, in the event's own zone or else the local one; undefined: never. */
export const nextElapse = (calendar: Calendar, afterUsec: number, zones: TimeZones): number | undefined => {
  const zone = calendar.zone === undefined ? zones.local : zones.named(calendar.zone)
  return new Search(calendar, zone, Math.floor(afterUsec) + 1).run()
}

/** From the largest to the smallest, as the search goes. */
const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
const smallest: Readonly<Record<Part, number>> = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 }
type Part = (typeof parts)[number]

/** `fits`: go on to the next part; `again`: start over from the fields as they now are; `never`: no match is left. */
type Step = 'fits' | 'again' | 'never'

/** Where systemd gives up; no expression that matches needs nearly as many. */
const maxRounds = 1000

class Search {
  readonly #calendar: Calendar
  readonly #zone: TimeZone
  #offset: number
  #at: Civil
  #usec: number

  constructor(calendar: Calendar, zone: TimeZone, fromUsec: number) {
    const seconds = Math.floor(fromUsec / usecPerSecond)
    this.#calendar = calendar
    this.#zone = zone
    this.#offset = zone.offsetAt(seconds)
    this.#at = localTime(zone, seconds)
    this.#usec = fromUsec - seconds * usecPerSecond
  }

  run(): number | undefined {
    for (let round = 0; round < maxRounds; round++) {
      this.#at = localTime(this.#zone, this.#epoch(this.#at))
      const step = this.#round()
      if (step === 'never') return undefined
      if (step === 'fits') return this.#epoch(this.#at) * usecPerSecond + this.#usec
    }
    return undefined
  }

  #round(): Step {
    for (let depth = 0; depth < parts.length; depth++) {
      const step = this.#settle(depth)
      if (step !== 'fits') return step
      if (parts[depth] === 'day' && !this.#isWantedWeekday()) return this.#carry(depth + 1)
    }
    return 'fits'
  }

  /** Moves one part to its next match. */
  #settle(depth: number): Step {
    const match = this.#nextMatch(parts[depth]!)
    if (match === 'changed') this.#resetBelow(depth)
    if (match === 'none') return this.#carry(depth)
    const bounds = this.#withinBounds()
    if (depth === 0) return bounds === 'kept' ? 'fits' : 'never'
    if (bounds === 'impossible') return this.#carry(depth)
    return bounds === 'kept' ? 'fits' : 'again'
  }

  /** The part above begins its next one. */
  #carry(depth: number): Step {
    if (depth === 0) return 'never'
    this.#at[parts[depth - 1]!] += 1
    this.#resetBelow(depth - 1)
    return 'again'
  }

  #resetBelow(depth: number): void {
    for (const part of parts.slice(depth + 1)) this.#at[part] = smallest[part]
    this.#usec = 0
  }

  #nextMatch(part: Part): 'kept' | 'changed' | 'none' {
    if (part === 'second') return this.#nextMicrosecond()
    const chain = part === 'day' && this.#calendar.endOfMonth ? this.#daysOfThisMonth() : this.#calendar[part]
    const found = nextInChain(chain, this.#at[part])
    if (found === undefined) return 'none'
    const isChanged = found !== this.#at[part]
    this.#at[part] = found
    return isChanged ? 'changed' : 'kept'
  }

  #nextMicrosecond(): 'kept' | 'none' {
    const found = nextInChain(this.#calendar.microsecond, this.#at.second * usecPerSecond + this.#usec)
    if (found === undefined) return 'none'
    this.#at.second = Math.floor(found / usecPerSecond)
    this.#usec = found % usecPerSecond
    return 'kept'
  }

  /**
   * Days counted from the month's end, as days of the month: `~3..1` of a June is 28 to 30. Also where there is no stop
   * one is looked up, next month: whatever was looked up last decides which of two equal times in autumn is taken.
   */
  #daysOfThisMonth(): Chain {
    return this.#calendar.day.map(({ start, stop, repeat }) => {
      const [from, to] = [this.#dayBeforeEnd(start), this.#dayBeforeEnd(stop ?? -1)]
      return to > 0 ? { start: to, stop: from, repeat } : { start: from, stop: undefined, repeat }
    })
  }

  #dayBeforeEnd(count: number): number {
    const day = localTime(this.#zone, this.#epoch({ ...this.#at, month: this.#at.month + 1, day: 1 - count }))
    return day.month === this.#at.month ? day.day : -1
  }

  /** Whether the clocks ever show the fields. If they skip them, the search goes on from where they do. */
  #withinBounds(): 'kept' | 'moved' | 'impossible' {
    if (this.#at.year > lastYear) return 'impossible'
    const shown = localTime(this.#zone, this.#epoch(this.#at))
    const depth = parts.findIndex((part) => shown[part] !== this.#at[part])
    if (depth < 0) return 'kept'
    if (shown[parts[depth]!] < this.#at[parts[depth]!]) return 'impossible'
    // What the skipped time became is not the first of its hour, day or month: begin with that.
    const below = parts[depth + 1]
    if (below !== undefined) shown[below] = smallest[below]
    this.#at = shown
    return 'moved'
  }

  #isWantedWeekday(): boolean {
    const { weekdays } = this.#calendar
    return weekdays === undefined || (weekdays & (1 << weekdayFromEpoch(epochFromCivil(this.#at)))) !== 0
  }

  #epoch(civil: Civil): number {
    const epoch = epochFromLocal(this.#zone, civil, this.#offset)
    this.#offset = this.#zone.offsetAt(epoch)
    return epoch
  }
}

/** The smallest value of the chain that is not below the given one. */
const nextInChain = (chain: Chain, from: number): number | undefined => {
  if (chain.length === 0) return from
  let found: number | undefined
  for (const { start, stop, repeat } of chain) {
    if (start < from && repeat === 0) continue
    const value = start >= from ? start : start + Math.ceil((from - start) / repeat) * repeat
    const isInRange = start >= from || stop === undefined || value <= stop
    if (isInRange && (found === undefined || value < found)) found = value
  }
  return found
}
