/** Limits that hold for nothing, because a slice above the unit has DisableControllers= for what would enforce them. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { byName, type LoadedUnit } from '../loaded-unit.ts'
import { sliceOf } from '../show/slice-of.ts'
import type { Origin, UnitName } from '../unit.ts'

export const withheldLimits = (units: ReadonlyMap<UnitName, LoadedUnit>): readonly Diagnostic[] => {
  // Most folders have no such slice, and need no look at every line.
  const all = [...units.values()]
  if (!all.some(({ slice }) => (slice?.DisableControllers.length ?? 0) > 0)) return []
  return all.sort(byName).flatMap((unit) => (unit.isTemplate ? [] : limitsOf(unit, units)))
}

const limitsOf = (unit: LoadedUnit, units: ReadonlyMap<UnitName, LoadedUnit>): readonly Diagnostic[] => {
  const above = slicesAbove(unit).flatMap((name) => units.get(name) ?? [])
  return unit.origins.flatMap((origin) => {
    const key = origin.directive.slice(origin.directive.indexOf('.') + 1)
    const controller = controllerOf(key)
    const slice = above.find((each) => controller && each.slice?.DisableControllers.includes(controller))
    return slice === undefined
      ? []
      : [
          diagnosticOf(
            origin,
            `${key}= holds for nothing: ${slice.name} has DisableControllers=${controller}`,
          ),
        ]
  })
}

const diagnosticOf = ({ position }: Origin, message: string): Diagnostic => ({
  position,
  severity: 'warning',
  code: 'not-enforced',
  message,
  man: 'systemd.resource-control(5)',
})

/** The nearest first. */
const slicesAbove = (unit: LoadedUnit): readonly UnitName[] => {
  if (unit.type !== 'service' && unit.type !== 'slice') return []
  const own = sliceOf(unit, unit.service?.Slice)
  const parts = own.slice(0, -'.slice'.length).split('-')
  return own === '-.slice' || own === ''
    ? []
    : parts.map((_, at) => `${parts.slice(0, parts.length - at).join('-')}.slice`)
}

const controllerOf = (key: string): string | undefined => {
  if (/^Allowed(CPUs|MemoryNodes)$/.test(key)) return 'cpuset'
  if (/^CPU(Weight|Quota|Shares)/.test(key)) return 'cpu'
  if (/^Memory(Min|Low|High|Max|Limit|SwapMax|ZSwapMax)$/.test(key)) return 'memory'
  if (/^(Block)?IO(?!Accounting|Scheduling)/.test(key)) return 'io'
  return key === 'TasksMax' ? 'pids' : undefined
}
