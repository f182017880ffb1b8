/** What is kept of a unit on disk: its state, its health, and which boot both are about. Read back with suspicion. */
import type { ProcessId } from '../base/process-id.ts'
import type { HealthRecord } from './health.ts'
import { initialServiceState, type ServiceState, serviceStateVersion } from './service-state.ts'
import { subStates } from './sub-state.ts'

export interface UnitRecord {
  readonly service: ServiceState
  readonly health: HealthRecord | undefined
  /** Names the boot: after another one no process of the record lives. */
  readonly bootMark: string
  /** Descriptors that it has left with the supervisor: who holds them, and their names. */
  readonly storedFds?: { readonly holder: ProcessId; readonly names: readonly string[] } | undefined
}

/** The record in a value that was parsed from JSON; undefined where it is of another version or no record at all. */
export function readUnitRecord(value: unknown): UnitRecord | undefined {
  const record = value as Partial<UnitRecord> | null | undefined
  const service = record?.service
  if (service?.version !== serviceStateVersion || !subStates.includes(service.state)) return undefined
  if (typeof record?.bootMark !== 'string' || !Array.isArray(service.starts)) return undefined
  const whole: ServiceState = { ...initialServiceState(service.sinceMs), ...service }
  const { health, bootMark, storedFds } = record
  return { service: whole, health, bootMark, storedFds }
}

/** What is left of a state after the host went down: counters and the last exit, no process, no timer. */
export function afterReboot(state: ServiceState, now: number): ServiceState {
  const wasAlive = state.main !== undefined
  const why = 'the host was restarted'
  return {
    ...initialServiceState(now),
    reason: wasAlive ? `ended, exit status unknown (${why})` : why,
    invocation: state.invocation,
    lastExit: wasAlive ? { exit: { kind: 'unknown', why }, atMs: state.sinceMs } : state.lastExit,
    isStopRequested: state.isStopRequested,
  }
}

export interface UnrecordedProcess {
  readonly role: string
  readonly invocationId: string
  readonly process: ProcessId
  readonly revision: string | undefined
  readonly launchedAtMs: number
}

/** A state that fits a process of which no record is left. */
export function unrecordedState(found: UnrecordedProcess, now: number): ServiceState {
  const { role, invocationId, process, revision, launchedAtMs } = found
  return {
    ...initialServiceState(now),
    state: 'running',
    reason: 'found running, without a record of it',
    invocation: { id: invocationId, startedAtMs: launchedAtMs, revision, mainStartedAtMs: launchedAtMs },
    main: { role, process, index: 0 },
  }
}
