/** Stops that wait for what has to stop before: meanwhile the unit's own Restart= must not bring it up again. */
import type { Cause } from '../base/cause.ts'
import type { UnitName } from '../units/unit.ts'
import type { UnitTable } from './unit-table.ts'

export class PendingStops {
  readonly #units: Pick<UnitTable, 'findService'>
  readonly #causes = new Map<UnitName, Cause>()

  constructor(units: Pick<UnitTable, 'findService'>) {
    this.#units = units
  }

  /** Until the answer is called. */
  add(name: UnitName, cause: Cause): () => void {
    this.#causes.set(name, cause)
    this.settle(name)
    return () => void this.#causes.delete(name)
  }

  /** Of a unit that has come to an end by itself and waits for its next start: that was its stop, then. */
  settle(name: UnitName): void {
    const cause = this.#causes.get(name)
    const unit = this.#units.findService(name)
    if (cause === undefined || unit === undefined) return
    if (unit.state.state.startsWith('auto-restart')) unit.feed({ kind: 'stop', cause })
  }
}
