/** What is in force for a service, what is not, and why: its definition, this host, and its process as the kernel sees it. */
import type { Abilities } from '../../executor/executor.ts'
import type { LiveProcess } from '../../executor/live-process.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { type AssessedMeasure, type Assessment, assess } from '../../units/security/assess.ts'
import type { UnitName } from '../../units/unit.ts'
import { notEnforced } from '../launch/not-enforced.ts'
import type { UnitStatus } from '../unit-status.ts'
import { driftOf } from './live-checks.ts'
import { limitRows } from './live-limits.ts'

export interface UnitSecurity extends Assessment {
  readonly unit: string
  /** Whose process was looked at; undefined: none runs, or it is not for us to look at. */
  readonly mainPid: number | undefined
}

export interface SecurityPorts {
  readonly definition: (unit: UnitName) => LoadedUnit | undefined
  readonly status: (unit: UnitName) => UnitStatus | undefined
  readonly abilities: Abilities
  readonly hostFacts: () => Promise<HostFacts>
  readonly inspect: (pid: number) => LiveProcess | undefined
}

/** Undefined: it is no service, and has no process of its own. */
export async function securityOf(name: UnitName, ports: SecurityPorts): Promise<UnitSecurity | undefined> {
  const definition = ports.definition(name)
  const pid = ports.status(name)?.mainPid
  const live = pid === undefined ? undefined : ports.inspect(pid)
  if (definition?.service === undefined) return undefined
  const assessment = securityAs(definition, ports.abilities, live)
  const limits = live === undefined ? [] : limitRows(definition, live, await ports.hostFacts())
  return {
    unit: name,
    mainPid: live === undefined ? undefined : pid,
    ...assessment,
    measures: merged(assessment.measures, limits),
  }
}

/** The definition on this host; with the process, where there is one. Pure. */
export function securityAs(
  unit: LoadedUnit,
  abilities: Abilities,
  live: LiveProcess | undefined,
): Assessment {
  const { service } = unit
  if (service === undefined) throw new Error(`${unit.name} is no service`)
  const gaps = notEnforced(unit, abilities)
  return assess(service, (measure) => {
    // `private_pids` of the configuration gives it to units that do not say.
    if (measure.name === 'PrivatePIDs=' && live?.ownNamespaces?.includes('pid'))
      return { ...measure, state: 'closed', sentence: 'it sees, and can signal, its own processes only' }
    if (measure.state !== 'closed' && measure.state !== 'partly') return measure
    const directive = `${measure.name.split('=')[0]}= (`
    const gap = gaps.find((words) => words.startsWith(directive))
    if (gap !== undefined)
      return { ...measure, state: 'unenforced', sentence: gap.slice(directive.length, -1) }
    const drift = live === undefined ? undefined : driftOf(measure.name, live, service)
    if (drift === undefined) return measure
    return { ...measure, state: 'drifted', sentence: `the unit asks for it, but ${drift}` }
  })
}

/** A limit that is a measure, too, has one row: that of the measure, unless it drifted. */
function merged(
  measures: readonly AssessedMeasure[],
  limits: readonly AssessedMeasure[],
): readonly AssessedMeasure[] {
  const drifted = new Map(limits.filter(({ state }) => state === 'drifted').map((row) => [row.name, row]))
  const known = new Set(measures.map(({ name }) => name))
  return [
    ...measures.map((measure) => {
      const drift = measure.state === 'unenforced' ? undefined : drifted.get(measure.name)
      return drift === undefined ? measure : { ...drift, weight: measure.weight }
    }),
    ...limits.filter(({ name }) => !known.has(name)),
  ]
}
