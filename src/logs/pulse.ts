/** One timer for everything that has to be looked at again and again for a while; none when nothing has. */
import type { CancelTimer, Clock } from '../base/clock.ts'

export class Pulse {
  private readonly clock: Clock
  private readonly everyMs: number
  private readonly listeners = new Set<() => void>()
  private cancel: CancelTimer | undefined

  constructor(clock: Clock, everyMs: number) {
    this.clock = clock
    this.everyMs = everyMs
  }

  add(listener: () => void): void {
    this.listeners.add(listener)
    this.cancel ??= this.arm()
  }

  delete(listener: () => void): void {
    this.listeners.delete(listener)
    if (this.listeners.size > 0) return
    this.cancel?.()
    this.cancel = undefined
  }

  private arm(): CancelTimer {
    return this.clock.at(this.clock.now() + this.everyMs, () => {
      this.cancel = undefined
      for (const listener of [...this.listeners]) listener()
      if (this.listeners.size > 0) this.cancel ??= this.arm()
    })
  }
}
