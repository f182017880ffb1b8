/** A clock that stands still until a test moves it. */
import type { CancelTimer, Clock } from '../../src/base/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

export class FakeClock implements Clock {
  #now = 1_000_000_000
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  at(atMs: number, callback: () => void): CancelTimer {
    const timer = { atMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.size
  }

  /** Lets time pass: what is due fires in its order, and what it leads to is waited for. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer)
      this.#now = Math.max(this.#now, timer.atMs)
      timer.callback()
      await settled()
    }
    this.#now = end
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= end)
    return due.sort((a, b) => a.atMs - b.atMs)[0]
  }
}

/** Everything that was promised and needs no time has happened. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
