/** Limits that a unit asks for and this host does not enforce, each in one sentence. Pure. */
import type { Abilities } from '../../executor/executor.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { cgroupSpecOf, directiveOf } from './cgroup-settings.ts'
import { confinementGaps } from './confinement-needs.ts'

export function notEnforced(unit: LoadedUnit, abilities: Abilities): readonly string[] {
  const files = Object.keys(cgroupSpecOf(unit, anyHost).settings)
  const missing = files.filter((file) => !abilities.controllers.includes(controllerOf(file)))
  const limits = [...new Set(missing.map(directiveOf))].map(
    (directive) => `${directive}= (${whyNot(directive, abilities)})`,
  )
  return [
    ...limits,
    ...privatePids(unit, abilities),
    ...oomScore(unit, abilities),
    ...removeIpc(unit, abilities),
    ...confinementGaps(unit, abilities),
  ]
}

const whyNot = (directive: string, abilities: Abilities): string => {
  if (!abilities.cgroups) return 'there is no writable cgroup v2 here'
  return `cgroup v2 has no controller for ${directive}= here`
}

const privatePids = (unit: LoadedUnit, abilities: Abilities): readonly string[] =>
  isYes(unit.service?.PrivatePIDs) && !abilities.privatePids
    ? ['PrivatePIDs= (no PID namespace can be made here)']
    : []

function oomScore({ service }: LoadedUnit, { lowestOomScore = -1000 }: Abilities): readonly string[] {
  const wanted = service?.OOMScoreAdjust
  if (wanted === undefined || wanted >= lowestOomScore) return []
  return [`OOMScoreAdjust= (without CAP_SYS_RESOURCE no lower than ${lowestOomScore})`]
}

/** Everything of that user may be somebody else's: the daemon itself is one of them. */
const removeIpc = ({ service }: LoadedUnit, { users }: Abilities): readonly string[] =>
  service?.RemoveIPC === true && !users ? ['RemoveIPC= (only root has users to spare)'] : []

export const isYes = (value: unknown): boolean => value === true || value === 'yes'

const controllerOf = (file: string): string => file.split('.')[0] ?? file

/** Percentages need a host to become files; which files they become does not depend on it. */
const anyHost = { memoryBytes: 1, pidLimit: 1 }
