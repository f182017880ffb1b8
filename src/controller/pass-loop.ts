/** Runs passes one after the other: a request made during a pass is answered by the next one, which begins at once after it. */
import type { Pass, Passed } from './reconcile.ts'

export interface PassRequest {
  readonly origin: string
  readonly retries: boolean
}

interface Waiter {
  readonly resolve: (passed: Passed) => void
  readonly reject: (error: unknown) => void
}

export class PassLoop {
  readonly #run: (pass: Pass) => Promise<Passed>
  #running: AbortController | undefined
  #next: PassRequest | undefined
  #waiters: Waiter[] = []
  #isClosed = false
  #idle: Promise<void> = Promise.resolve()

  constructor(run: (pass: Pass) => Promise<Passed>) {
    this.#run = run
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Resolves with the first pass that begins after this call. */
  request(request: PassRequest): Promise<Passed> {
    const answer = new Promise<Passed>((resolve, reject) => this.#waiters.push({ resolve, reject }))
    this.#next = { ...request, retries: request.retries || this.#next?.retries === true }
    if (this.#running === undefined && !this.#isClosed) this.#idle = this.#drain()
    return answer
  }

  /** Cuts the running pass short: something newer is to be applied. */
  supersede(): void {
    this.#running?.abort()
  }

  /** Ends the running pass and answers nobody any more; what it had begun is taken up by the next daemon. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.supersede()
    await this.#idle
  }

  async #drain(): Promise<void> {
    while (this.#next !== undefined && !this.#isClosed) {
      const request = this.#next
      const waiters = this.#waiters
      this.#next = undefined
      this.#waiters = []
      await this.#once(request, waiters)
    }
  }

  async #once(request: PassRequest, waiters: readonly Waiter[]): Promise<void> {
    this.#running = new AbortController()
    try {
      const passed = await this.#run({ ...request, signal: this.#running.signal })
      for (const { resolve } of waiters) resolve(passed)
    } catch (error) {
      for (const { reject } of waiters) reject(error)
    } finally {
      this.#running = undefined
    }
  }
}
