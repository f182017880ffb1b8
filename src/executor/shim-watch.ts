/** Watches shims that are not our children, or no longer: nobody tells us when one of them ends without a word. */
import type { Clock } from '../base/clock.ts'
import type { ProcessKey } from './executor.ts'
import { Liveness } from './liveness.ts'
import type { RunDirectory } from './run-directory.ts'
import type { TrackedProcess } from './tracked-process.ts'

/** How often one is looked at; its end by itself is told by the doorbell. */
const roundMs = 30_000

export class ShimWatch {
  readonly #files: RunDirectory
  readonly #liveness: Liveness

  constructor(files: RunDirectory, clock: Clock) {
    this.#files = files
    this.#liveness = new Liveness(clock, roundMs)
  }

  watch(tracked: TrackedProcess): void {
    const { shim, key } = tracked
    if (shim === undefined) tracked.shimGone()
    else this.#liveness.watch(this.#files.ring(key), shim, () => tracked.shimGone())
  }

  unwatch(key: ProcessKey): void {
    this.#liveness.unwatch(this.#files.ring(key))
  }

  close(): void {
    this.#liveness.close()
  }
}
