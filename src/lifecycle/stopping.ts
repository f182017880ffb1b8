/** Cells of `stop` and `stop-post`: the commands of the way down, one after another. */
import type { EventOf } from './events.ts'
import { controlVerdict } from './exit-verdict.ts'
import { withMainExit } from './process-facts.ts'
import type { ServiceState } from './service-state.ts'
import { type Next, type Setting, stay, withResult } from './transition.ts'
import { enterKill, runStop, runStopPost } from './way-down.ts'
import { exitWords } from './words.ts'

/** Cell: one ExecStop= has ended; the next one, or the signals. */
export function stopCommandEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { index, ended, result } = controlEnd(state, record, setting)
  const judged = withResult(ended, result)
  if (result === 'success') return runStop(judged, index + 1, state.reason, setting)
  return enterKill(judged, 'stop-sigterm', `ExecStop= ${exitWords(record)}`, setting)
}

/** Cell: one ExecStopPost= has ended; the next one, or the last look round. */
export function stopPostCommandEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { index, ended, result } = controlEnd(state, record, setting)
  const judged = withResult(ended, result)
  if (result === 'success') return runStopPost(judged, index + 1, state.reason, setting)
  return enterKill(judged, 'final-sigterm', `ExecStopPost= ${exitWords(record)}`, setting)
}

function controlEnd(state: ServiceState, record: EventOf<'control-exited'>['record'], { policy }: Setting) {
  const index = state.control?.index ?? 0
  const isIgnored = policy.commands[state.control?.kind ?? 'ExecStop'][index]?.ignoreFailure === true
  return { index, ended: { ...state, control: undefined }, result: controlVerdict(record, isIgnored) }
}

/** Cell: the main process ended while ExecStop= or ExecStopPost= goes on; its result counts, the state stays. */
export const noteMainExit = (
  state: ServiceState,
  { record }: EventOf<'main-exited'>,
  { policy }: Setting,
): Next => stay(withMainExit(state, record, policy))
