/** Time that passes only when the schedule says so; what is due at the same moment happens in the order it was asked for. */
import type { CancelTimer, Clock } from '../../src/base/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** Enough for any chain of promises: nothing in a simulation waits for the world. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class SimClock implements Clock {
  #now = 1_700_000_000_000
  readonly #startedAtMs = this.#now
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  /** Milliseconds since the simulation began. */
  get elapsedMs(): number {
    return this.#now - this.#startedAtMs
  }

  at(atMs: number, callback: () => void): CancelTimer {
    const timer = { atMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  after(ms: number, callback: () => void): CancelTimer {
    return this.at(this.#now + ms, callback)
  }

  /** Calls `look` after each thing that happened and all that followed from it at once. */
  async advance(ms: number, look: () => void): Promise<void> {
    const end = this.#now + ms
    await settled()
    look()
    for (let timer = this.#earliest(end); timer !== undefined; timer = this.#earliest(end)) {
      this.#timers.delete(timer)
      this.#now = Math.max(this.#now, timer.atMs)
      timer.callback()
      await settled()
      look()
    }
    this.#now = end
  }

  #earliest(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers)
      if (timer.atMs <= end && (first === undefined || timer.atMs < first.atMs)) first = timer
    return first
  }
}
