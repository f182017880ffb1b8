/**
 * One life of the daemon: everything that it does to the world goes through here, so that it can die as by kill -9 at any
 * of these moments, with the deed done or not. A dead daemon's code may still run, as nobody can stop it; it reaches nothing.
 */
import type { CancelTimer, Clock } from '../../src/base/clock.ts'
import type { Random } from './random.ts'
import type { SimClock } from './sim-clock.ts'

export interface LifeOptions {
  readonly clock: SimClock
  readonly random: Random
  /** The longest that one write to the disk takes, milliseconds. */
  readonly slowestWriteMs: number
  readonly died: (moment: string) => void
}

export class Life {
  isOver = false
  readonly #options: LifeOptions
  readonly #timers = new Set<CancelTimer>()
  #deedsLeft = Number.POSITIVE_INFINITY
  #lastDeed: string | undefined

  constructor(options: LifeOptions) {
    this.#options = options
  }

  /** It dies at the deed of that number from now on, before or after doing it. */
  dieAtDeed(number: number): void {
    this.#deedsLeft = number
  }

  /** The same at the next deed of that name. */
  dieAt(name: string): void {
    this.#lastDeed = name
  }

  end(moment = 'killed'): void {
    if (this.isOver) return
    this.isOver = true
    for (const cancel of this.#timers) cancel()
    this.#options.died(moment)
  }

  /** A deed that has happened when it returns. */
  do<T>(name: string, work: () => T): T | undefined {
    const isLast = this.#isLast(name)
    if (isLast && this.#options.random.chance(0.5)) this.end(`before ${name}`)
    if (this.isOver) return undefined
    const result = work()
    if (isLast) this.end(`after ${name}`)
    return result
  }

  /** A write to the disk: takes its time, and is not made where the daemon dies meanwhile. */
  async write<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { random, slowestWriteMs } = this.#options
    const lastsMs = random.below(slowestWriteMs + 1)
    if (lastsMs > 0) await this.#pause(lastsMs)
    const result = this.do(name, work)
    return result === undefined || this.isOver ? never() : result
  }

  /** An answer that no dead daemon hears. */
  async hear<T>(answer: Promise<T>): Promise<T> {
    const value = await answer
    return this.isOver ? never() : value
  }

  get clock(): Clock {
    return { now: () => this.#options.clock.now(), at: (atMs, callback) => this.#at(atMs, callback) }
  }

  #at(atMs: number, callback: () => void): CancelTimer {
    const cancel = this.#options.clock.at(atMs, () => {
      this.#timers.delete(cancel)
      if (!this.isOver) callback()
    })
    this.#timers.add(cancel)
    return () => {
      this.#timers.delete(cancel)
      cancel()
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#at(this.#options.clock.now() + ms, resolve))
  }

  #isLast(name: string): boolean {
    this.#deedsLeft -= 1
    return this.#deedsLeft === 0 || name === this.#lastDeed
  }
}

export const never = <T>(): Promise<T> => new Promise(() => {})
