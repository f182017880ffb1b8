/** The time zone of a host that a test may move. */
import type { LocalTime } from '../../src/supervisor/local-time.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'

export class FakeLocalTime implements LocalTime {
  readonly #listeners = new Set<() => void>()
  #zones: TimeZones

  constructor(name: string) {
    this.#zones = new TimeZones(name)
  }

  get zones(): TimeZones {
    return this.#zones
  }

  /** As `timedatectl set-timezone` does. */
  move(name: string): void {
    this.#zones = new TimeZones(name)
    for (const listener of [...this.#listeners]) listener()
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
  }
}
