/** Looks at a remote again and again: one look at a time, the next one when it is due or when somebody wants it now. */
import type { CancelTimer, Clock } from '../../base/clock.ts'
import { GitprocError, type Retry } from '../../base/error.ts'
import { pollDelay } from './poll-delay.ts'

export interface LookPorts {
  readonly clock: Clock
  readonly random: () => number
}

export class LookLoop {
  readonly #ports: LookPorts
  readonly #intervalMs: number
  readonly #look: (signal: AbortSignal) => Promise<void>
  readonly #ending = new AbortController()
  #running: Promise<void> | undefined
  /** Asked for while one was running: that one may have been too early to see what is new. */
  #next: Promise<void> | undefined
  #cancelTimer: CancelTimer | undefined
  #nextLookAtMs: number | undefined
  #failures = 0

  constructor(ports: LookPorts, intervalMs: number, look: (signal: AbortSignal) => Promise<void>) {
    this.#ports = ports
    this.#intervalMs = intervalMs
    this.#look = look
  }

  get nextLookAtMs(): number | undefined {
    return this.#nextLookAtMs
  }

  /** Resolves with a look that begins after this call. Fails as it does. */
  hurry(): Promise<void> {
    if (this.#running === undefined) return this.#begin()
    this.#next ??= this.#running.then(
      () => this.#afterwards(),
      () => this.#afterwards(),
    )
    return this.#next
  }

  /** Ends the look that is under way, and makes no more. */
  async close(): Promise<void> {
    this.#ending.abort()
    this.#cancelTimer?.()
    await this.#running?.catch(() => undefined)
  }

  #afterwards(): Promise<void> {
    this.#next = undefined
    return this.#running ?? this.#begin()
  }

  #begin(): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.resolve()
    this.#cancelTimer?.()
    this.#nextLookAtMs = undefined
    this.#running = this.#once()
    return this.#running
  }

  async #once(): Promise<void> {
    try {
      await this.#look(this.#ending.signal)
      this.#failures = 0
      this.#wait('later')
    } catch (error) {
      this.#failures += 1
      this.#wait(error instanceof GitprocError ? error.retry : 'never')
      throw error
    }
  }

  #wait(retry: Retry): void {
    this.#running = undefined
    if (this.#ending.signal.aborted) return
    const { clock, random } = this.#ports
    const facts = { intervalMs: this.#intervalMs, failures: this.#failures, retry, random: random() }
    this.#nextLookAtMs = clock.now() + pollDelay(facts)
    this.#cancelTimer = clock.at(this.#nextLookAtMs, () => void this.hurry().catch(() => undefined))
  }
}
