/** What is known of a service, as the api and `status` show it. */
import type { Usage } from '../executor/executor.ts'
import { activeStateOf } from '../lifecycle/active-state.ts'
import { armedTimer } from '../lifecycle/timers.ts'
import { memoryMaxBytes } from './launch/cgroup-settings.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'
import type { UnitStatus } from './unit-status.ts'

export const statusOf = (unit: ServiceUnit, { executor }: Pick<SupervisorPorts, 'executor'>): UnitStatus =>
  statusWith(unit, mayHaveProcesses(unit) ? executor.readUsage(unit.name) : noUsage)

/** Without what it uses now: transitions come by the hundred, and each figure is a file to read. */
export const statusWithoutUsage = (unit: ServiceUnit): UnitStatus => statusWith(unit, noUsage)

function statusWith(unit: ServiceUnit, usage: Usage): UnitStatus {
  const { state, definition } = unit
  return {
    name: unit.name,
    description: definition.unit.Description ?? unit.name,
    activeState: activeStateOf(state.state),
    subState: state.state,
    result: state.result,
    ...(state.assertResult ? {} : { assertResult: false }),
    ...(isRestarting(state) ? { isRestarting: true } : {}),
    ...(state.hasGivenUp ? { hasGivenUp: true } : {}),
    ...(state.isStopRequested ? { isStopRequested: true } : {}),
    ...(state.isFrozen ? { isFrozen: true } : {}),
    mainPid: state.main?.process?.pid,
    invocationId: state.invocation?.id,
    sinceMs: state.sinceMs,
    startedAtMs: state.invocation?.mainStartedAtMs,
    restarts: state.restarts,
    lastExit: state.lastExit,
    ...(state.cause === undefined ? {} : { cause: state.cause }),
    reason: state.reason,
    nextEventAtMs: armedTimer(state)?.atMs,
    health: healthOf(unit),
    revision: mayHaveProcesses(unit) ? state.invocation?.revision : unit.revision,
    statusText: state.statusText,
    user: definition.service?.User,
    memoryBytes: usage.memoryBytes,
    memoryPeakBytes: usage.memoryPeakBytes,
    memoryMaxBytes: memoryMaxBytes(definition),
    cpuUsageUsec: usage.cpuUsec,
    tasks: usage.tasks,
    ioReadBytes: usage.ioReadBytes,
    ioWriteBytes: usage.ioWriteBytes,
    notEnforced: unit.notEnforced,
  }
}

const isRestarting = ({ state, queuedStart }: ServiceUnit['state']): boolean =>
  queuedStart !== undefined || state === 'auto-restart-queued'

/** By its state alone: nothing of the host is read. */
export const mayHaveProcesses = ({ state: { state } }: ServiceUnit): boolean =>
  state !== 'dead' && state !== 'failed' && !state.startsWith('auto-restart')

/** When the plan was made it was down; its own Restart= has brought it up meanwhile, from an earlier definition. */
export const isOutdated = (unit: ServiceUnit): boolean =>
  mayHaveProcesses(unit) && unit.state.invocation?.revision !== unit.revision

const noUsage: Usage = {
  memoryBytes: undefined,
  memoryPeakBytes: undefined,
  cpuUsec: undefined,
  tasks: undefined,
  ioReadBytes: undefined,
  ioWriteBytes: undefined,
}

function healthOf({ health, policy }: ServiceUnit): UnitStatus['health'] {
  if (policy.health === undefined) return { state: 'none', detail: '', checkedAtMs: undefined }
  const { record } = health
  if (record === undefined) return { state: 'starting', detail: 'not checked yet', checkedAtMs: undefined }
  const { state, detail, checkedAtMs } = record
  return {
    state,
    detail,
    checkedAtMs,
    ...(policy.health.whenUnhealthy === 'rollback' ? { isGate: true } : {}),
  }
}
