/**
 * Runs passes one after the other: a request made during a pass is answered by a later one, which begins at once after it.
 * Requests that want the same are answered together; what a person asked for in particular has a pass of its own.
 */
import type { Permits } from './gate.ts'
import { Interruption, type InterruptionCause } from './interruption.ts'
import type { Pass, Passed, Stage } from './reconcile.ts'

export interface PassRequest {
  readonly origin: string
  readonly permits: Permits
  /**
   * Of what was taken back, this pass tries again what ended with this generation or before, since whoever asks knew of it;
   * `all`: the revision was named by somebody.
   */
  readonly triesUpTo?: number | 'all'
  /** Only the plan of this hash. */
  readonly expects?: string
  /** To be taken back unless somebody confirms it in time. */
  readonly confirm?: { readonly who: string; readonly spanMs: number }
}

export interface Prepared<T> {
  readonly prepared: T
  readonly passed: Promise<Passed>
}

interface Entry {
  readonly request: PassRequest
  readonly waiters: Waiter[]
}

interface Waiter {
  readonly resolve: (passed: Passed) => void
  readonly reject: (error: unknown) => void
}

export class PassLoop {
  readonly #run: (pass: Pass) => Promise<Passed>
  readonly #queue: Entry[] = []
  #running: Interruption | undefined
  #stage: Stage | undefined
  readonly #listeners = new Set<(stage: Stage) => void>()
  #isClosed = false
  #idle: Promise<void> | undefined
  /** What has to be done before the next pass begins; never rejects. */
  #preparing: Promise<unknown> = Promise.resolve()

  constructor(run: (pass: Pass) => Promise<Passed>) {
    this.#run = run
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** What the running pass is about; undefined while it only looks. */
  get stage(): Stage | undefined {
    return this.#stage
  }

  /** Told at each stage that a pass comes to. */
  subscribe(listener: (stage: Stage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves with the first pass for such a request that begins after this call. */
  request(request: PassRequest): Promise<Passed> {
    return this.#enqueue(request, 'last')
  }

  /**
   * Does something that changes what is to be applied, while no pass begins; cuts the running pass short when that is
   * done, and answers with the very next one. Where it fails, nothing is cut short. Those who come together take turns.
   */
  overtake<T>(request: PassRequest, prepare: () => Promise<T>): Promise<Prepared<T>> {
    return this.goAhead(request, async () => {
      const prepared = await prepare()
      this.interrupt({ kind: 'superseded' })
      return prepared
    })
  }

  /** The same without cutting anything short: what is prepared is found by no other pass first. */
  async goAhead<T>(request: PassRequest, prepare: () => Promise<T>): Promise<Prepared<T>> {
    const before = this.#preparing
    const turn = before.then(async () => {
      const prepared = await prepare()
      const passed = this.#enqueue(request, 'first')
      passed.catch(() => {}) // whoever waits for it hears of it; nobody has to
      return { prepared, passed }
    })
    this.#preparing = turn.catch(() => {})
    return turn
  }

  interrupt(cause: InterruptionCause): void {
    this.#running?.cut(cause)
  }

  /** Ends the running pass and answers nobody any more; what it had begun is taken up by the next daemon. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.interrupt({ kind: 'closed' })
    await this.#idle
  }

  #enqueue(request: PassRequest, place: 'first' | 'last'): Promise<Passed> {
    return new Promise<Passed>((resolve, reject) => {
      const waiter = { resolve, reject }
      const same = place === 'last' ? this.#queue.find((entry) => isSame(entry.request, request)) : undefined
      if (same) same.waiters.push(waiter)
      else if (place === 'first') this.#queue.unshift({ request, waiters: [waiter] })
      else this.#queue.push({ request, waiters: [waiter] })
      if (!this.#isClosed) this.#idle ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    await this.#preparing
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      await this.#once(entry)
      if (this.#isClosed) break
      await this.#preparing
    }
    this.#idle = undefined
  }

  async #once({ request, waiters }: Entry): Promise<void> {
    const interruption = new Interruption()
    this.#running = interruption
    const enter = (stage: Stage): void => {
      this.#stage = stage
      for (const listener of [...this.#listeners]) listener(stage)
    }
    try {
      const passed = await this.#run({ ...request, interruption, enter })
      for (const { resolve } of waiters) resolve(passed)
    } catch (error) {
      for (const { reject } of waiters) reject(error)
    } finally {
      this.#running = undefined
      this.#stage = undefined
    }
  }
}

/** One pass is an answer to both. */
const isSame = (a: PassRequest, b: PassRequest): boolean =>
  a.origin === b.origin &&
  a.permits.retries === b.permits.retries &&
  a.permits.now === b.permits.now &&
  a.permits.prune === b.permits.prune &&
  a.triesUpTo === b.triesUpTo &&
  a.expects === b.expects &&
  a.confirm?.who === b.confirm?.who &&
  a.confirm?.spanMs === b.confirm?.spanMs
