/** Which timer the supervisor has to arm for a state: at most one, the earliest. */
import type { EventKind } from './events.ts'
import type { ServiceState } from './service-state.ts'

export interface ArmedTimer {
  readonly atMs: number
  /** The event to feed when it fires. */
  readonly event: Extract<EventKind, 'timed-out' | 'watchdog-missed' | 'runtime-over'>
}

export function armedTimer(state: ServiceState): ArmedTimer | undefined {
  const { phaseAtMs, watchdogAtMs, runtimeMaxAtMs } = state.timers
  const candidates: ArmedTimer[] = []
  if (phaseAtMs !== undefined) candidates.push({ atMs: phaseAtMs, event: 'timed-out' })
  if (watchdogAtMs !== undefined) candidates.push({ atMs: watchdogAtMs, event: 'watchdog-missed' })
  if (runtimeMaxAtMs !== undefined) candidates.push({ atMs: runtimeMaxAtMs, event: 'runtime-over' })
  return candidates.reduce<ArmedTimer | undefined>(
    (first, next) => (first === undefined || next.atMs < first.atMs ? next : first),
    undefined,
  )
}
