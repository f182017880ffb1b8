/** Cells for those who want a running service held where it is, and going on again. Only a running one can be held. */
import type { EventOf } from './events.ts'
import { withWatchdog } from './running.ts'
import type { ServiceState } from './service-state.ts'
import { armed, type Next, type Setting, stay } from './transition.ts'
import { causeWords } from './words.ts'

/** Cell: nobody hears it meanwhile, so that no watchdog counts. */
export function freeze(state: ServiceState, { cause }: EventOf<'freeze'>): Next {
  if (state.isFrozen) return stay(state)
  const timers = armed({ ...state.timers, watchdogAtMs: undefined })
  return stay(state, { isFrozen: true, timers, reason: causeWords(cause) }, [{ kind: 'freeze' }])
}

/** Cell: it goes on, its watchdog wound up anew. */
export function thaw(state: ServiceState, { cause }: EventOf<'thaw'>, setting: Setting): Next {
  if (!state.isFrozen) return stay(state)
  const timers = withWatchdog(state, setting)
  return stay(state, { isFrozen: false, timers, reason: causeWords(cause) }, [{ kind: 'thaw' }])
}

/** Why it can't be held; undefined where it can. */
export const freezeProblem = ({ state }: ServiceState): string | undefined =>
  state === 'running' ? undefined : `it is ${state}, not running`
