/** A new daemon takes over what an earlier one left: persisted states joined with the processes that the executor found. */
import type { Adopted } from '../executor/executor.ts'
import { type FoundProcess, missedEvents, overdueEffects, withFreshPhase } from '../lifecycle/adoption.ts'
import { withWatchdog } from '../lifecycle/running.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import { afterReboot, readUnitRecord, unrecordedState } from '../lifecycle/unit-record.ts'
import { reopenLogs } from './launch/open-logs.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'

export async function adoptServices(
  units: readonly ServiceUnit[],
  saved: ReadonlyMap<string, unknown>,
  adopted: readonly Adopted[],
  ports: SupervisorPorts,
): Promise<void> {
  // First of all: what is found to have happened meanwhile is noted in them.
  await reopenLogs(units, adopted, ports)
  const byUnit = Map.groupBy(adopted, ({ key }) => key.unit)
  const of = ({ name }: ServiceUnit): readonly Adopted[] => byUnit.get(name) ?? []
  // All of them before any catches up: the end of one may be the end of another (BindsTo=), which has to be known as up.
  const resumed = units.filter((unit) => resume(unit, saved.get(unit.name), of(unit), ports))
  for (const unit of resumed) catchUp(unit, foundOf(unit.state, of(unit)), ports)
  const known = new Set(units.map(({ name }) => name))
  for (const { key } of adopted)
    if (!known.has(key.unit)) ports.log.warn('a process belongs to no unit that is known', { ...key })
}

/** Whether its state is of this boot: then things may have happened in it meanwhile. */
function resume(
  unit: ServiceUnit,
  saved: unknown,
  adopted: readonly Adopted[],
  ports: SupervisorPorts,
): boolean {
  const record = readUnitRecord(saved)
  if (record === undefined) {
    if (saved !== undefined)
      ports.log.warn('the state of a unit makes no sense and is left out', { unit: unit.name })
    adoptUnrecorded(unit, adopted, ports)
    return false
  }
  if (record.bootMark !== ports.settings.bootMark) {
    const service = afterReboot(record.service, ports.clock.now())
    unit.restore({ ...record, service, health: undefined, storedFds: undefined })
    unit.save()
    return false
  }
  unit.restore({ ...record, service: withFreshWatchdog(record.service, unit, ports) })
  return true
}

/** Its record is lost, a process of it lives: it goes on as one that runs, and is not started a second time. */
function adoptUnrecorded(unit: ServiceUnit, adopted: readonly Adopted[], ports: SupervisorPorts): void {
  const alive = adopted.find(({ key, record }) => record === undefined && key.role.startsWith('main'))
  if (alive?.process === undefined) return
  const { key, process, revision, launchedAtMs } = alive
  const service = unrecordedState({ ...key, process, revision, launchedAtMs }, ports.clock.now())
  unit.restore({ service, health: undefined, bootMark: ports.settings.bootMark })
  unit.save()
}

/** What happened meanwhile first, at the time it happened; then what was decided and not done. */
function catchUp(
  unit: ServiceUnit,
  found: readonly FoundProcess[],
  { clock, settings: { bootMark } }: SupervisorPorts,
): void {
  const now = clock.now()
  const before = unit.state
  for (const { event, atMs } of missedEvents(before, found)) unit.feed(event, atMs)
  const { state } = unit
  const isWhereItWas = state.state === before.state && state.invocation?.id === before.invocation?.id
  if (isWhereItWas) unit.enqueue(overdueEffects(state, before, found, unit.policy))
  const fresh = withFreshPhase(state, found, now)
  if (fresh !== state) unit.restore({ service: fresh, health: unit.health.record, bootMark })
}

/** Nobody heard its WATCHDOG=1 while there was no daemon: the time counts from now. */
function withFreshWatchdog(
  state: ServiceState,
  { policy }: ServiceUnit,
  { clock }: SupervisorPorts,
): ServiceState {
  if (state.timers.watchdogAtMs === undefined || state.isFrozen) return state
  return { ...state, timers: withWatchdog(state, { policy, now: clock.now() }) }
}

const foundOf = (state: ServiceState, adopted: readonly Adopted[]): readonly FoundProcess[] =>
  adopted
    .filter(({ key }) => key.invocationId === state.invocation?.id)
    .map(({ key, process, hasExeced, record }) => ({ role: key.role, process, hasExeced, record }))
