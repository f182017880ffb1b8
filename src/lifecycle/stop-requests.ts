/** Cells for those who want a unit down, or down and up again. */
import type { EventOf } from './events.ts'
import type { ServiceState } from './service-state.ts'
import { type Next, type Setting, stay } from './transition.ts'
import { enterKill, enterStop } from './way-down.ts'
import { causeWords } from './words.ts'

/** Cell: a person or the controller wants a running unit down. */
export function stopOrderly(state: ServiceState, event: EventOf<'stop'>, setting: Setting): Next {
  return enterStop(requestStop(state, event), 'success', `stopping: ${causeWords(event.cause)}`, setting)
}

/** Cell: it was still coming up (or reloading): no ExecStop=, signals at once (systemd.service(5), ExecStop=). */
export function stopAtOnce(state: ServiceState, event: EventOf<'stop'>, setting: Setting): Next {
  return enterKill(requestStop(state, event), 'stop-sigterm', `stopping: ${causeWords(event.cause)}`, setting)
}

/** Cell: it is on its way down already; from here on nobody wants it up again. */
export const noteStop = (state: ServiceState, event: EventOf<'stop'>): Next => stay(requestStop(state, event))

const requestStop = (state: ServiceState, { cause }: EventOf<'stop'>): ServiceState => ({
  ...state,
  cause,
  isStopRequested: true,
  queuedStart: undefined,
})

/** Cell: stop, then start: the start waits in the state. */
export function restartOrderly(state: ServiceState, event: EventOf<'restart'>, setting: Setting): Next {
  return enterStop(
    queueStart(state, event).state,
    'success',
    `restarting: ${causeWords(event.cause)}`,
    setting,
  )
}

/** Cell: as `restartOrderly`, for a unit that was still coming up. */
export function restartAtOnce(state: ServiceState, event: EventOf<'restart'>, setting: Setting): Next {
  const reason = `restarting: ${causeWords(event.cause)}`
  return enterKill(queueStart(state, event).state, 'stop-sigterm', reason, setting)
}

/** Cell: a start during the way down waits until it has ended. */
export const queueStart = (state: ServiceState, { cause }: EventOf<'start' | 'restart'>): Next =>
  stay({ ...state, queuedStart: { cause } })
