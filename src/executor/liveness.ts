/** Looks whether processes that tell nobody when they end are still there: orphans of a killed shim, foreign mains. */
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { ProcessId } from '../base/process-id.ts'
import { isAlive } from './proc.ts'

export class Liveness {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #watched = new Map<string, { readonly process: ProcessId; readonly gone: () => void }>()
  #timer: CancelTimer | undefined

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock
    this.#everyMs = everyMs
  }

  /** Calls `gone` once when it is. Watching a name again replaces what it stood for. */
  watch(name: string, process: ProcessId, gone: () => void): void {
    this.#watched.set(name, { process, gone })
    this.#arm()
  }

  unwatch(name: string): void {
    this.#watched.delete(name)
    if (this.#watched.size === 0) this.close()
  }

  close(): void {
    this.#timer?.()
    this.#timer = undefined
  }

  /** One timer for all, and none for nobody. */
  #arm(): void {
    if (this.#timer !== undefined || this.#watched.size === 0) return
    this.#timer = this.#clock.at(this.#clock.now() + this.#everyMs, () => {
      this.#timer = undefined
      for (const [name, { process, gone }] of [...this.#watched]) {
        if (isAlive(process)) continue
        this.#watched.delete(name)
        gone()
      }
      this.#arm()
    })
  }
}
