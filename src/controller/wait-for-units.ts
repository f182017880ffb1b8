/** Waits on the supervisor's changes, never on a poll: until units are ready, until they have stayed so, or until time is up. */
import type { Clock } from '../base/clock.ts'
import type { Supervisor } from '../supervisor/supervisor-port.ts'
import { type Readiness, readinessOf } from './readiness.ts'

export interface Waiting {
  readonly supervisor: Supervisor
  readonly clock: Clock
  /** Ends the wait from outside: a newer commit, a cancel, the daemon's end. */
  readonly signal: AbortSignal
  /** Epoch milliseconds at which patience ends. */
  readonly deadlineMs: number
  /** Whoever stops and holds a unit meanwhile takes it out of the verdict. */
  readonly isHeld: (unit: string) => boolean
}

export interface UnitFailure {
  readonly unit: string
  readonly reason: string
}

export type Verdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'failed'; readonly failures: readonly UnitFailure[] }
  | { readonly kind: 'aborted' }

/** Resolves once every unit is ready and has stayed so for `settleMs`, or as soon as one is lost or time is up. */
export const waitForUnits = (
  units: readonly string[],
  settleMs: number,
  waiting: Waiting,
): Promise<Verdict> =>
  new Promise((resolve) => {
    const { supervisor, clock, signal, deadlineMs, isHeld } = waiting
    // Kept change by change: asking for every status at each of five hundred changes would read every cgroup each time.
    const readiness = new Map<string, Readiness>()
    const refresh = (): void => {
      for (const unit of units)
        readiness.set(unit, isHeld(unit) ? 'ready' : readinessOf(supervisor.status(unit)))
    }
    let cancelSettle = (): void => {}
    let isSettling = false
    const end = (verdict: Verdict): void => {
      cancelSettle()
      cancelDeadline()
      unsubscribe()
      signal.removeEventListener('abort', abort)
      resolve(verdict)
    }
    const abort = (): void => end({ kind: 'aborted' })
    const look = (): void => {
      const states = new Set(readiness.values())
      if (states.has('failed')) end({ kind: 'failed', failures: failuresOf(units, waiting, ['failed']) })
      else if (states.has('pending')) stopSettling()
      else if (!isSettling) startSettling()
    }
    const startSettling = (): void => {
      isSettling = true
      cancelSettle = clock.at(clock.now() + settleMs, settled)
    }
    const settled = (): void => {
      refresh()
      if ([...readiness.values()].every((state) => state === 'ready')) end({ kind: 'good' })
      else look()
    }
    const stopSettling = (): void => {
      isSettling = false
      cancelSettle()
    }
    const expire = (): void => {
      const late = failuresOf(units, waiting, ['pending', 'failed'])
      end(late.length > 0 ? { kind: 'failed', failures: late } : { kind: 'good' })
    }
    refresh()
    const unsubscribe = supervisor.subscribe((change) => {
      if (!readiness.has(change.unit)) return
      readiness.set(change.unit, isHeld(change.unit) ? 'ready' : readinessOf(change.status))
      look()
    })
    const cancelDeadline = clock.at(deadlineMs, expire)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    else look()
  })

const failuresOf = (
  units: readonly string[],
  { supervisor, isHeld }: Waiting,
  states: readonly string[],
): readonly UnitFailure[] =>
  units
    .filter((unit) => !isHeld(unit))
    .filter((unit) => states.includes(readinessOf(supervisor.status(unit))))
    .map((unit) => {
      const status = supervisor.status(unit)
      return { unit, reason: status?.reason || `still ${status?.subState ?? 'unknown'} at the deadline` }
    })
