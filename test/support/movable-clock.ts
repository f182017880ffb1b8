/** The real time, moved ahead by a test: what is due then comes in its order; what is due at once comes by itself. */
import type { CancelTimer, Clock } from '../../src/base/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

export class MovableClock implements Clock {
  #aheadMs = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return Date.now() + this.#aheadMs
  }

  at(atMs: number, callback: () => void): CancelTimer {
    const timer = { atMs, callback }
    this.#timers.add(timer)
    if (atMs <= this.now()) setImmediate(() => this.#fire(timer))
    return () => this.#timers.delete(timer)
  }

  async advance(ms: number): Promise<void> {
    this.#aheadMs += ms
    const due = [...this.#timers].filter(({ atMs }) => atMs <= this.now())
    for (const timer of due.sort((a, b) => a.atMs - b.atMs)) this.#fire(timer)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  }

  #fire(timer: Timer): void {
    if (this.#timers.delete(timer)) timer.callback()
  }
}
