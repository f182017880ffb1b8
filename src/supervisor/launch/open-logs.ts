/** Opens a service's log as its definition says: before it is launched, when it is taken over, when its limits change. */
import { isDeepStrictEqual } from 'node:util'
import type { Adopted } from '../../executor/executor.ts'
import type { LogTargets } from '../../logs/log-port.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { SupervisorPorts } from '../ports.ts'
import { lineSettingsOf, logLimitsOf } from './log-settings-of.ts'

type Ports = Pick<SupervisorPorts, 'logs' | 'log'>

export const openLog = (unit: LoadedUnit, { logs }: Pick<Ports, 'logs'>): Promise<LogTargets> => {
  const { service } = unit
  if (service === undefined) throw new Error(`${unit.name} is no service`)
  return logs.open(unit.name, logLimitsOf(service), lineSettingsOf(service))
}

/** Of services that a daemon before this one started: what they write is watched and rotated again from here on. */
export const reopenLogs = async (
  units: Iterable<{ readonly definition: LoadedUnit }>,
  adopted: readonly Adopted[],
  ports: Ports,
): Promise<void> => {
  const names = new Set(adopted.map(({ key }) => key.unit))
  const running = [...units].map(({ definition }) => definition).filter(({ name }) => names.has(name))
  await Promise.all(running.map((unit) => openOrWarn(unit, ports)))
}

/** Where a unit's log is open already: what the new definition says of it holds at once. */
export const updateLog = async (unit: LoadedUnit, earlier: LoadedUnit, ports: Ports): Promise<void> => {
  if (!isDeepStrictEqual(settingsOf(unit), settingsOf(earlier))) await openOrWarn(unit, ports)
}

const settingsOf = ({ service }: LoadedUnit) =>
  service === undefined ? undefined : [logLimitsOf(service), lineSettingsOf(service)]

/** It runs, with a log or without. */
const openOrWarn = async (unit: LoadedUnit, ports: Ports): Promise<void> => {
  try {
    await openLog(unit, ports)
  } catch (error) {
    ports.log.warn('log not opened: the service appends to it, nobody watches and rotates it', {
      unit: unit.name,
      reason: error instanceof Error ? error.message : String(error),
    })
  }
}
