/** A later daemon takes over a persisted state: what happened meanwhile becomes events, what was decided and not done is done. */
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'
import { launchOf } from './commands.ts'
import type { ServiceEffect } from './effects.ts'
import type { ServiceEvent } from './events.ts'
import { type KillState, killOrder } from './kill-order.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { OwnedProcess, ServiceState } from './service-state.ts'

/** What the executor knows of one process of the present invocation. */
export interface FoundProcess {
  readonly role: string
  readonly process: ProcessId | undefined
  readonly hasExeced: boolean
  /** Undefined: it lives, or is being launched. */
  readonly record: ExitRecord | undefined
}

export interface MissedEvent {
  readonly event: ServiceEvent
  /** When it happened; undefined: that does not matter. */
  readonly atMs: number | undefined
}

/** In the order in which they are to be fed. */
export function missedEvents(state: ServiceState, found: readonly FoundProcess[]): readonly MissedEvent[] {
  return (['main', 'control'] as const).flatMap((as) => {
    const owned = state[as]
    if (owned === undefined) return []
    const known = found.find(({ role }) => role === owned.role)
    if (known !== undefined) return eventsOf(as, owned, known)
    const isLost = !canLaunch(state, owned) && !isForeign(owned)
    return isLost ? [exitOf(as, lostRecord(state, owned))] : []
  })
}

function eventsOf(as: 'main' | 'control', owned: OwnedProcess, known: FoundProcess): readonly MissedEvent[] {
  const events: MissedEvent[] = []
  if (known.process !== undefined && owned.process === undefined) {
    events.push({ event: { kind: `${as}-spawned`, process: known.process }, atMs: undefined })
  }
  if (as === 'main' && known.hasExeced) events.push({ event: { kind: 'main-execed' }, atMs: undefined })
  if (known.record !== undefined) events.push(exitOf(as, known.record))
  return events
}

const exitOf = (as: 'main' | 'control', record: ExitRecord): MissedEvent => ({
  event: { kind: `${as}-exited`, record },
  atMs: record.atMs,
})

function lostRecord(state: ServiceState, owned: OwnedProcess): ExitRecord {
  const why = owned.process === undefined ? 'it was never launched' : 'its run directory is gone'
  return { exit: { kind: 'unknown', why }, atMs: state.sinceMs }
}

/**
 * Effects that the earlier daemon may not have carried out, for a state that is `before` but for what missed events noted
 * in it: what these events themselves asked for is not overdue.
 */
export function overdueEffects(
  state: ServiceState,
  before: ServiceState,
  found: readonly FoundProcess[],
  policy: ServicePolicy,
): readonly ServiceEffect[] {
  const overdue = [...questions(state, policy), ...launches(state, before, found), ...signals(state, policy)]
  return [...holds(state), ...overdue, ...removals(state, found)]
}

/** What a run that is over has left is still there: the daemon died before it had removed it. */
const removals = (
  { state, invocation }: ServiceState,
  found: readonly FoundProcess[],
): readonly ServiceEffect[] =>
  invocation !== undefined && found.length > 0 && (state === 'dead' || state === 'failed')
    ? [{ kind: 'release', invocationId: invocation.id, isRestarting: false }]
    : []

/**
 * Where the process that a state is about is launched only now, its time counts from now: that nobody was there to launch it
 * is not its fault.
 */
export function withFreshPhase(
  state: ServiceState,
  found: readonly FoundProcess[],
  now: number,
): ServiceState {
  const owned = state.control ?? state.main
  const { phaseAtMs } = state.timers
  if (phaseAtMs === undefined || owned === undefined || owned.process !== undefined) return state
  if (found.some(({ role }) => role === owned.role)) return state
  return { ...state, sinceMs: now, timers: { ...state.timers, phaseAtMs: now + phaseAtMs - state.sinceMs } }
}

/** A process that was never seen and has no directory was never launched: the decision stands and is carried out now. */
function launches(
  state: ServiceState,
  before: ServiceState,
  found: readonly FoundProcess[],
): readonly ServiceEffect[] {
  return (['main', 'control'] as const).flatMap((as): readonly ServiceEffect[] => {
    const owned = state[as]
    if (owned === undefined || owned.role !== before[as]?.role) return []
    if (found.some(({ role }) => role === owned.role)) return []
    if (isForeign(owned)) return [{ kind: 'watch-main' }]
    const kind = as === 'control' ? state.control?.kind : undefined
    return canLaunch(state, owned) ? [launchOf(as, kind ?? 'ExecStart', owned)] : []
  })
}

const canLaunch = (state: ServiceState, owned: OwnedProcess): boolean =>
  owned.process === undefined && !isForeign(owned) && !isKillState(state.state)

const isForeign = (owned: OwnedProcess): boolean => owned.role.startsWith('foreign-')

/** Questions that were asked and whose answers the earlier daemon took with it. */
function questions(state: ServiceState, policy: ServicePolicy): readonly ServiceEffect[] {
  const hasNoProcess = state.main === undefined && state.control === undefined
  if (state.state === 'condition' && hasNoProcess) return [{ kind: 'check-conditions' }]
  if (state.state === 'start' && hasNoProcess && policy.type === 'forking') return [{ kind: 'find-main' }]
  if (state.state === 'running' && hasNoProcess) return [{ kind: 'signal', signals: [], target: 'all' }]
  return state.state === 'reload-signal'
    ? [{ kind: 'signal', signals: [policy.reloadSignal], target: 'main' }]
    : []
}

/** A thaw comes before the signals that end it: it may have been left undone as they were. */
function holds(state: ServiceState): readonly ServiceEffect[] {
  if (state.isFrozen === undefined) return []
  if (state.isFrozen) return [{ kind: 'freeze' }]
  return isKillState(state.state) || state.state === 'stop' ? [{ kind: 'thaw' }] : []
}

/** Signals may or may not have been sent: once more does no harm, and tells whether anything is left. */
function signals(state: ServiceState, policy: ServicePolicy): readonly ServiceEffect[] {
  if (!isKillState(state.state)) return []
  const order = killOrder(state.state, state, policy)
  return order === undefined || order.signals.length === 0 ? [] : [{ kind: 'signal', ...order }]
}

const isKillState = (state: string): state is KillState =>
  /^(stop|final)-(watchdog|sigterm|sigkill)$/.test(state)
