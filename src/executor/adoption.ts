/** Takes over what earlier daemons started, as the run directory tells it. */
import type { Adopted, ProcessKey } from './executor.ts'
import type { NewerRemains } from './newer-protocol.ts'
import type { RunDirectory } from './run-directory.ts'
import type { ShimWatch } from './shim-watch.ts'
import type { TrackedProcess } from './tracked-process.ts'
import type { Tracker } from './tracker.ts'
import type { UnitRegistry } from './unit-registry.ts'

export interface AdoptionContext {
  readonly files: RunDirectory
  readonly newer: NewerRemains
  readonly units: UnitRegistry
  readonly tracker: Tracker
  readonly shims: ShimWatch
  readonly bootId: string
}

export class Adoption {
  readonly #context: AdoptionContext

  constructor(context: AdoptionContext) {
    this.#context = context
  }

  all(): readonly Adopted[] {
    return this.#context.files.keys().flatMap((key) => this.#adopt(key) ?? [])
  }

  #adopt(key: ProcessKey): Adopted | undefined {
    const { files, newer, units, tracker, bootId } = this.#context
    const saved = files.launch(key)
    if (newer.include(key, saved)) return undefined
    if (!files.isClaimed(key) && files.claim(key)) {
      // A launch that was interrupted never happened, and now never will.
      files.removeProcess(key)
      return undefined
    }
    if (saved === undefined) return undefined
    const unit = units.get(key.unit)
    if (saved.bootId === bootId && saved.spec.cgroup !== undefined)
      units.assignCgroup(unit, saved.spec.cgroup)
    const tracked = tracker.track(unit, key, saved)
    if (saved.bootId === bootId) this.#takeOver(tracked)
    else tracked.lostAtBoot()
    return unit.withOomOf(tracked.adopted)
  }

  #takeOver(tracked: TrackedProcess): void {
    tracked.look()
    if (tracked.hasEnded) return
    tracked.checkExec()
    this.#context.shims.watch(tracked)
  }
}
