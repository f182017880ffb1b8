/** Which units are to run by themselves, and which are left to whatever activates them (DESIGN: desired state). */
import { defaultService } from '../units/connection-units.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { NameIndex } from './name-index.ts'

/** Names of units that this one starts: what it stands for as a timer, socket or path unit, and its OnFailure= and OnSuccess=. */
export const activates = (unit: LoadedUnit): readonly UnitName[] => [
  ...activatedBy(unit),
  ...(unit.unit.OnFailure ?? []),
  ...(unit.unit.OnSuccess ?? []),
]

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

/** `mentions`: who names a unit, among `units`. */
export const isWanted = (
  unit: LoadedUnit,
  mentions: NameIndex,
  units: ReadonlyMap<UnitName, LoadedUnit>,
): boolean =>
  unit.loadState === 'loaded' &&
  !unit.isTemplate &&
  runnableTypes.includes(unit.type) &&
  hookOf(unit) === undefined &&
  !isActivated(unit.name, mentions, units)

const isActivated = (
  name: UnitName,
  mentions: NameIndex,
  units: ReadonlyMap<UnitName, LoadedUnit>,
): boolean =>
  (mentions.get(name) ?? []).some((other) => {
    const unit = units.get(other)
    return unit !== undefined && activates(unit).includes(name)
  })
