/** Work that can wait, one piece at a time, with rests between: it takes a small share of a core, unless it is urgent. */
import type { CancelTimer, Clock } from '../base/clock.ts'

/** A rest is so many times as long as the work before it: 5 % of a core. */
const restFactor = 19

export class PacedQueue {
  private readonly clock: Clock
  private readonly tasks = new Map<string, () => Promise<void>>()
  private readonly urgent = new Set<string>()
  private current: { readonly key: string; readonly done: Promise<void> } | undefined
  private working: Promise<void> | undefined
  private endRest: (() => void) | undefined
  private isClosed = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** A key that waits, or is at work, is not added again; but it may become urgent. Tasks never reject. */
  add(key: string, isUrgent: boolean, task: () => Promise<void>): void {
    if (this.isClosed || key === this.current?.key) return
    if (!this.tasks.has(key)) this.tasks.set(key, task)
    if (isUrgent) {
      this.urgent.add(key)
      this.endRest?.()
    }
    this.working ??= this.work()
  }

  /** Forgets a key, and waits for the work on it that has begun. */
  async drop(key: string): Promise<void> {
    this.tasks.delete(key)
    this.urgent.delete(key)
    if (this.current?.key === key) await this.current.done
  }

  /** Waits for the piece at work; begins no other. */
  async close(): Promise<void> {
    this.isClosed = true
    this.tasks.clear()
    this.urgent.clear()
    this.endRest?.()
    await this.working
  }

  private async work(): Promise<void> {
    for (let key = this.nextKey(); key !== undefined; key = this.nextKey()) {
      const startMs = this.clock.now()
      const task = this.tasks.get(key)!
      this.tasks.delete(key)
      this.urgent.delete(key)
      this.current = { key, done: task() }
      await this.current.done
      this.current = undefined
      await this.rest((this.clock.now() - startMs) * restFactor)
    }
    this.working = undefined
  }

  private nextKey(): string | undefined {
    return this.urgent.values().next().value ?? this.tasks.keys().next().value
  }

  private async rest(forMs: number): Promise<void> {
    if (this.urgent.size > 0 || this.isClosed) return
    let cancel: CancelTimer = () => {}
    await new Promise<void>((resolve) => {
      cancel = this.clock.at(this.clock.now() + forMs, resolve)
      this.endRest = resolve
    })
    cancel()
    this.endRest = undefined
  }
}
