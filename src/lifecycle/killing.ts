/** Cells of the states in which signals were sent: who has ended, who appears late, whether anything is left. */
import { conclude } from './ending.ts'
import type { EventOf } from './events.ts'
import { type KillState, killOrder } from './kill-order.ts'
import { hasProcess, withMainExit, withSpawned } from './process-facts.ts'
import type { ServiceState } from './service-state.ts'
import { type Next, type Setting, stay } from './transition.ts'
import { afterKill, enterStopPost } from './way-down.ts'
import { exitWords } from './words.ts'

/** Cell of the stop-… kill states: go on once neither main nor control is left; helpers get their signals later. */
export function killedMainExited(
  state: ServiceState,
  { record }: EventOf<'main-exited'>,
  setting: Setting,
): Next {
  const ended = withMainExit(state, record, setting.policy)
  return ended.control === undefined ? enterStopPost(ended, stopWords(ended), setting) : stay(ended)
}

/** Cell: a control command that was killed on the way has ended. */
export function killedControlExited(
  state: ServiceState,
  _event: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const ended: ServiceState = { ...state, control: undefined }
  return ended.main === undefined ? enterStopPost(ended, stopWords(ended), setting) : stay(ended)
}

const stopWords = (state: ServiceState): string =>
  state.mainExit === undefined ? state.reason : exitWords(state.mainExit)

/** Cell: nothing is left. A process that is being launched right now is not seen yet and counts as one. */
export function killedAll(state: ServiceState, _event: EventOf<'empty'>, setting: Setting): Next {
  if (hasProcess(state)) return stay(state)
  const hasCommands = setting.policy.commands.ExecStopPost.length > 0
  return hasCommands ? enterStopPost(state, state.reason, setting) : conclude(state, setting)
}

/** Cell of the final-… states: the very end, unless something that counts is still there. */
export const lastIsGone = (state: ServiceState, _event: EventOf<'empty'>, setting: Setting): Next =>
  hasProcess(state) ? stay(state) : conclude(state, setting)

/** Cell of the final-… states: one process fewer; the same signals again tell whether it was the last one. */
export function finalMainExited(
  state: ServiceState,
  { record }: EventOf<'main-exited'>,
  setting: Setting,
): Next {
  return stillFinal(withMainExit(state, record, setting.policy), setting)
}

export const finalControlExited = (
  state: ServiceState,
  _event: EventOf<'control-exited'>,
  setting: Setting,
): Next => stillFinal({ ...state, control: undefined }, setting)

function stillFinal(state: ServiceState, setting: Setting): Next {
  if (hasProcess(state)) return stay(state)
  const order = killOrder(state.state as KillState, state, setting.policy)
  if (order === undefined) return afterKill(state, state.state as KillState, state.reason, setting)
  return stay(state, {}, [{ kind: 'signal', ...order }])
}

/** Cell: a process that was being launched when the way down began has appeared: it gets the signals, too. */
export function killLatecomer(
  state: ServiceState,
  event: EventOf<'main-spawned' | 'control-spawned'>,
  setting: Setting,
): Next {
  const known = withSpawned(state, event, setting)
  const order = killOrder(state.state as KillState, known, setting.policy)
  return order === undefined || order.signals.length === 0
    ? stay(known)
    : stay(known, {}, [{ kind: 'signal', ...order }])
}
