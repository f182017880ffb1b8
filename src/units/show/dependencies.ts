/** Dependencies of a unit by kind: those written in its files, and those that its kind always has. */
import type { UnitSettings } from '../directives/tables.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { escapeName } from '../name-escape.ts'
import type { UnitName } from '../unit.ts'
import { activatedService } from './activation.ts'

export interface ShownDependency {
  readonly all: readonly UnitName[]
  /** Written for just this directive. */
  readonly literal: readonly UnitName[]
  /** By a rule that always holds. */
  readonly implicit: readonly UnitName[]
}

const kinds = [
  'Requires',
  'Requisite',
  'Wants',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'Before',
  'After',
  'OnFailure',
  'OnSuccess',
  'PropagatesReloadTo',
  'ReloadPropagatedFrom',
  'PropagatesStopTo',
  'StopPropagatedFrom',
  'JoinsNamespaceOf',
] as const satisfies readonly (keyof UnitSettings)[]

/** Kinds without any are left out. */
export const dependenciesOf = (loaded: LoadedUnit): Readonly<Record<string, ShownDependency>> => {
  const activated = activatedBy(loaded)
  const devices = devicesOf(loaded)
  const implicit: Readonly<Record<string, readonly UnitName[]>> = {
    Before: activated,
    Triggers: activated,
    BindsTo: devices,
    After: devices,
  }
  return Object.fromEntries(
    [...kinds, 'Triggers' as const].flatMap((kind) => {
      const literal = kind === 'Triggers' ? [] : loaded.unit[kind]
      const added = implicit[kind] ?? []
      const all = [...new Set([...literal, ...added])].sort()
      return all.length === 0 ? [] : [[kind, { all, literal, implicit: added }]]
    }),
  )
}

/** The interface that a socket is bound to. */
const devicesOf = ({ socket }: LoadedUnit): readonly UnitName[] => {
  const name = socket?.BindToDevice
  return name === undefined || name === 'lo' ? [] : [`sys-subsystem-net-devices-${escapeName(name)}.device`]
}

const activatedBy = ({ name, timer, path, socket }: LoadedUnit): readonly UnitName[] => {
  if (timer) return [timer.Unit ?? activatedService(name)]
  if (path) return [path.Unit ?? activatedService(name)]
  if (socket && !socket.Accept) return [socket.Service ?? activatedService(name)]
  return []
}
