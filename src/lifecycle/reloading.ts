/** Reload: by ExecReload=, by ReloadSignal= of Type=notify-reload, or because the service says so. A failed one ends nothing. */
import { runControl } from './commands.ts'
import type { EventOf } from './events.ts'
import { controlVerdict } from './exit-verdict.ts'
import { enterRunning } from './running.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState } from './service-state.ts'
import { armed, deadline, enter, type Next, type Setting, stay } from './transition.ts'
import { causeWords, exitWords } from './words.ts'

export const canReload = (policy: ServicePolicy): boolean =>
  policy.commands.ExecReload.length > 0 || policy.type === 'notify-reload'

/** Cell: somebody wants the configuration read again. */
export function reload(state: ServiceState, { cause }: EventOf<'reload'>, setting: Setting): Next {
  const { policy } = setting
  if (!canReload(policy)) return stay(state)
  const counted: ServiceState = { ...state, reload: { count: state.reload.count + 1, result: 'success' } }
  const reason = `reloading: ${causeWords(cause)}`
  return runReload(counted, 0, reason, setting) ?? enterReloadSignal(counted, reason, setting)
}

function runReload(state: ServiceState, index: number, reason: string, setting: Setting): Next | undefined {
  const lastsMs = setting.policy.timeouts.startMs
  return runControl(state, { kind: 'ExecReload', state: 'reload', reason, lastsMs }, index, setting)
}

function enterReloadSignal(state: ServiceState, reason: string, setting: Setting): Next {
  const { reloadSignal, timeouts } = setting.policy
  return enter(state, 'reload-signal', setting, {
    reason,
    lastsMs: timeouts.startMs,
    effects: [{ kind: 'signal', signals: [reloadSignal], target: 'main' }],
  })
}

/** Cell: one ExecReload= has ended. */
export function reloadCommandEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { policy } = setting
  const index = state.control?.index ?? 0
  const verdict = controlVerdict(record, policy.commands.ExecReload[index]?.ignoreFailure === true)
  const idle: ServiceState = { ...state, control: undefined }
  if (verdict !== 'success')
    return endReload(idle, verdict, `reload failed: ExecReload= ${exitWords(record)}`, setting)
  const next = runReload(idle, index + 1, state.reason, setting)
  if (next !== undefined) return next
  return policy.type === 'notify-reload' && idle.main !== undefined
    ? enterReloadSignal(idle, state.reason, setting)
    : endReload(idle, 'success', 'reloaded', setting)
}

/** Cell: RELOADING=1, asked for or not. */
export function reloadsItself(
  state: ServiceState,
  _event: EventOf<'notified-reloading'>,
  setting: Setting,
): Next {
  const lastsMs = setting.policy.timeouts.startMs
  return enter(state, 'reload-notify', setting, {
    reason: 'it says that it is reloading (RELOADING=1)',
    lastsMs,
  })
}

/** Cell: READY=1 after RELOADING=1. */
export const reloaded = (state: ServiceState, _event: EventOf<'notified-ready'>, setting: Setting): Next =>
  endReload(state, 'success', 'reloaded', setting)

/** Cell: the reload took too long. What was run for it is killed; the service stays as it is. */
export function reloadTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  if (state.control === undefined) {
    return endReload(state, 'timeout', 'reload failed: it took longer than TimeoutStartSec=', setting)
  }
  // Two control commands never run at once: the killed one's end is waited for, and it is killed again if need be.
  const timers = armed({ ...state.timers, phaseAtMs: deadline(setting.now, setting.policy.timeouts.stopMs) })
  const reload = { ...state.reload, result: 'timeout' as const }
  return stay(state, { reload, timers }, [{ kind: 'signal', signals: ['SIGKILL'], target: 'control' }])
}

function endReload(state: ServiceState, result: ServiceResult, reason: string, setting: Setting): Next {
  const first = state.reload.result === 'success' ? result : state.reload.result
  return enterRunning({ ...state, reload: { ...state.reload, result: first } }, reason, setting)
}
