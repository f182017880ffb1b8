/** Which units are to run by themselves, and which are left to whatever activates them (DESIGN: desired state). */
import { defaultService } from '../units/connection-units.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'

/** Names of units that something else in the folder starts: a timer, socket or path unit, or another one's OnFailure=. */
export const activatedUnits = (units: Iterable<LoadedUnit>): ReadonlySet<UnitName> => {
  const activated = new Set<UnitName>()
  for (const unit of units) {
    for (const name of activatedBy(unit)) activated.add(name)
    for (const name of [...(unit.unit.OnFailure ?? []), ...(unit.unit.OnSuccess ?? [])]) activated.add(name)
  }
  return activated
}

/** The service that a timer, socket or path unit stands for: Unit= or Service=, else the one of the same name. */
export const activatedBy = (unit: LoadedUnit): readonly UnitName[] => {
  switch (unit.type) {
    case 'timer':
      return [unit.timer?.Unit || defaultService(unit)]
    case 'path':
      return [unit.path?.Unit || defaultService(unit)]
    case 'socket':
      return [unit.socket?.Service || defaultService(unit)]
    default:
      return []
  }
}

/** When a deployment runs it, in Argo CD's words; undefined for a unit that is no hook. */
export type Hook = 'PreSync' | 'PostSync' | 'SyncFail'

export const hookOf = (unit: LoadedUnit): Hook | undefined =>
  unit.loadState === 'loaded' && !unit.isTemplate ? (unit.install.DeployHook as Hook | undefined) : undefined

/** Unit types that gitproc brings up; the others only order and group, or belong to the system. */
const runnableTypes: readonly string[] = ['service', 'target', 'slice', 'timer', 'socket', 'path']

export const isWanted = (unit: LoadedUnit, activated: ReadonlySet<UnitName>): boolean =>
  unit.loadState === 'loaded' &&
  !unit.isTemplate &&
  runnableTypes.includes(unit.type) &&
  hookOf(unit) === undefined &&
  !activated.has(unit.name)
