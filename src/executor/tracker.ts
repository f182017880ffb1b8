/** Begins to follow processes, those just launched and those found, and tells what becomes of each. */
import type { ProcessEvent, ProcessKey } from './executor.ts'
import { examineExit } from './failed-exec.ts'
import type { SavedLaunch } from './run-directory.ts'
import type { ShimWatch } from './shim-watch.ts'
import { type TrackedContext, TrackedProcess } from './tracked-process.ts'
import type { TrackedUnit } from './tracked-unit.ts'

export interface TrackerContext extends Omit<TrackedContext, 'examine'> {
  readonly shims: ShimWatch
  readonly emit: (event: ProcessEvent) => void
}

export class Tracker {
  readonly #context: TrackerContext

  constructor(context: TrackerContext) {
    this.#context = context
  }

  track(unit: TrackedUnit, key: ProcessKey, saved: SavedLaunch): TrackedProcess {
    const { emit, shims, ...context } = this.#context
    const tracked = new TrackedProcess(
      key,
      saved,
      { ...context, examine: examineExit },
      {
        spawned: (process) => emit({ kind: 'spawned', key, process }),
        execed: () => emit({ kind: 'execed', key }),
        ended: (record) => {
          shims.unwatch(key)
          emit({ kind: 'exited', key, record: unit.withOom(record) })
          unit.checkEmpty()
        },
      },
    )
    unit.add(context.runDirectory.ring(key), tracked)
    return tracked
  }

  /** A control command may run more than once in an invocation (`ExecReload=`). */
  forgetEndedControl(unit: TrackedUnit, key: ProcessKey): void {
    const { runDirectory } = this.#context
    const ring = runDirectory.ring(key)
    if (key.role === 'main' || unit.processes.get(ring)?.hasEnded !== true) return
    unit.processes.delete(ring)
    runDirectory.removeProcess(key)
  }
}
