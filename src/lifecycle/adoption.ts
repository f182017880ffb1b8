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

export interface TakeOver {
  /** To be fed in this order, each with the time it happened at. */
  readonly events: readonly { readonly event: ServiceEvent; readonly atMs: number | undefined }[]
  /** To be carried out once no event is left to feed. */
  readonly effects: readonly ServiceEffect[]
}

/** What to do about a state that another daemon left, given the processes of its invocation. */
export function takeOver(
  state: ServiceState,
  found: readonly FoundProcess[],
  policy: ServicePolicy,
): TakeOver {
  const events: { event: ServiceEvent; atMs: number | undefined }[] = []
  const effects: ServiceEffect[] = [...waitingEffects(state, policy)]
  for (const as of ['main', 'control'] as const) {
    const owned = state[as]
    if (owned === undefined) continue
    const known = found.find(({ role }) => role === owned.role)
    if (known === undefined) {
      if (canLaunchNow(state, owned)) effects.push(launchOf(as, commandOf(state, as), owned))
      else if (!isForeign(owned)) events.push(exitOf(as, lostRecord(state, owned)))
      else effects.push({ kind: 'watch-main' })
      continue
    }
    events.push(...eventsOf(as, owned, known))
  }
  return { events, effects: [...effects, ...signalsAgain(state, policy)] }
}

/** A process that was never seen and has no directory was never launched: the decision stands and is carried out now. */
const canLaunchNow = (state: ServiceState, owned: OwnedProcess): boolean =>
  owned.process === undefined && !isKillState(state.state)

const isForeign = (owned: OwnedProcess): boolean => owned.role.startsWith('foreign-')

const commandOf = (state: ServiceState, as: 'main' | 'control') =>
  as === 'control' && state.control !== undefined ? state.control.kind : 'ExecStart'

function eventsOf(as: 'main' | 'control', owned: OwnedProcess, known: FoundProcess): TakeOver['events'] {
  const events: { event: ServiceEvent; atMs: number | undefined }[] = []
  if (known.process !== undefined && owned.process === undefined) {
    events.push({ event: { kind: `${as}-spawned`, process: known.process }, atMs: undefined })
  }
  if (as === 'main' && known.hasExeced) events.push({ event: { kind: 'main-execed' }, atMs: undefined })
  if (known.record !== undefined) events.push(exitOf(as, known.record))
  return events
}

const exitOf = (as: 'main' | 'control', record: ExitRecord) => ({
  event: { kind: `${as}-exited`, record } as const,
  atMs: record.atMs,
})

function lostRecord(state: ServiceState, owned: OwnedProcess): ExitRecord {
  const why = owned.process === undefined ? 'it was never launched' : 'its run directory is gone'
  return { exit: { kind: 'unknown', why }, atMs: state.sinceMs }
}

/** Questions that were asked and whose answers the earlier daemon took with it. */
function waitingEffects(state: ServiceState, policy: ServicePolicy): readonly ServiceEffect[] {
  const isIdle = state.main === undefined && state.control === undefined
  if (state.state === 'condition' && isIdle) return [{ kind: 'check-conditions' }]
  if (state.state === 'start' && isIdle && policy.type === 'forking') return [{ kind: 'find-main' }]
  if (state.state === 'running' && isIdle) return [{ kind: 'signal', signals: [], target: 'all' }]
  if (state.state === 'reload-signal') {
    return [{ kind: 'signal', signals: [policy.reloadSignal], target: 'main' }]
  }
  return []
}

/** Signals may or may not have been sent: once more does no harm, and tells whether anything is left. */
function signalsAgain(state: ServiceState, policy: ServicePolicy): readonly ServiceEffect[] {
  if (!isKillState(state.state)) return []
  const order = killOrder(state.state, state, policy)
  return order === undefined || order.signals.length === 0 ? [] : [{ kind: 'signal', ...order }]
}

const isKillState = (state: string): state is KillState =>
  /^(stop|final)-(watchdog|sigterm|sigkill)$/.test(state)
