/** A service and its timer are one line to a reader: when it runs next, how it ended last, how long it took. */
import type { UnitView } from '../../api/contract.ts'

export interface ListedUnit {
  readonly unit: UnitView
  /** Set where the unit is down and waits for this timer. */
  readonly timer: UnitView | undefined
}

/** A timer stands in the line of its service unless that is about to say something more important. */
export const foldTimers = (units: readonly UnitView[]): readonly ListedUnit[] => {
  const timers = new Map<string, UnitView>()
  for (const timer of units) {
    const service = units.find((unit) => timer.name.endsWith('.timer') && unit.name === timer.trigger?.unit)
    if (service !== undefined && isFolded(timer, service) && !timers.has(service.name))
      timers.set(service.name, timer)
  }
  const folded = new Set(timers.values())
  return units
    .filter((unit) => !folded.has(unit))
    .map((unit) => ({ unit, timer: unit.activeState === 'inactive' ? timers.get(unit.name) : undefined }))
}

const isFolded = (timer: UnitView, service: UnitView): boolean => {
  if (timer.hold !== undefined || service.hold !== undefined) return false
  if (timer.subState === 'running') return service.activeState !== 'failed'
  return timer.subState === 'waiting' && service.activeState === 'inactive'
}
