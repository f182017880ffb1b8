/**
 * The way down: ExecStop=, signals (systemd.kill(5)), ExecStopPost=, signals once more to whatever is left.
 * Every state on it has a time-out that leads further down, so that a stop ends; only a process that survives SIGKILL
 * (one that hangs in the kernel) holds it up, because a unit is never called dead while a process of it lives.
 */
import { runControl } from './commands.ts'
import { conclude } from './ending.ts'
import { type KillState, killOrder } from './kill-order.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState } from './service-state.ts'
import { enter, type Next, type Setting, withResult } from './transition.ts'

/** The orderly way down, ExecStop= first. */
export function enterStop(
  state: ServiceState,
  result: ServiceResult,
  reason: string,
  setting: Setting,
): Next {
  return runStop(withResult(state, result, reason), 0, reason, setting)
}

export function runStop(state: ServiceState, index: number, reason: string, setting: Setting): Next {
  const phase = { kind: 'ExecStop', state: 'stop', reason, lastsMs: setting.policy.timeouts.stopMs } as const
  return runControl(state, phase, index, setting) ?? enterKill(state, 'stop-sigterm', reason, setting)
}

/** The short way down: signals at once. */
export const fail = (state: ServiceState, result: ServiceResult, reason: string, setting: Setting): Next =>
  enterKill(withResult(state, result, reason), 'stop-sigterm', reason, setting)

export function enterKill(state: ServiceState, to: KillState, reason: string, setting: Setting): Next {
  const { policy } = setting
  const order = killOrder(to, state, policy)
  if (order === undefined) return afterKill(state, to, reason, setting)
  const isAbort = to === 'stop-watchdog' || to === 'final-watchdog'
  return enter(state, to, setting, {
    reason,
    lastsMs: isAbort ? policy.timeouts.abortMs : policy.timeouts.stopMs,
    effects: order.signals.length === 0 ? [] : [{ kind: 'signal', ...order }],
  })
}

/** There was nothing to kill in that state, or what there was has ended. */
export function afterKill(state: ServiceState, from: KillState, reason: string, setting: Setting): Next {
  if (!from.startsWith('final')) return enterStopPost(state, reason, setting)
  if (from === 'final-sigkill' || setting.policy.kill.mode !== 'mixed' || !setting.policy.kill.sendSigkill) {
    return conclude(abandon(state), setting)
  }
  return enterKill(state, 'final-sigkill', reason, setting)
}

/** Where an earlier command survives even SIGKILL, no further one is run beside it. */
export const enterStopPost = (state: ServiceState, reason: string, setting: Setting): Next =>
  state.control === undefined
    ? runStopPost(state, 0, reason, setting)
    : enterKill(state, 'final-sigterm', reason, setting)

export function runStopPost(state: ServiceState, index: number, reason: string, setting: Setting): Next {
  const phase = {
    kind: 'ExecStopPost',
    state: 'stop-post',
    reason,
    lastsMs: setting.policy.timeouts.stopMs,
  } as const
  return runControl(state, phase, index, setting) ?? enterKill(state, 'final-sigterm', reason, setting)
}

export const forceKill = (state: ServiceState, reason: string, setting: Setting): Next =>
  setting.policy.kill.sendSigkill
    ? enterKill(state, 'stop-sigkill', reason, setting)
    : enterStopPost(state, reason, setting)

/** What the unit's own KillMode= or SendSIGKILL=no lets live belongs to it no longer, and is named. */
export function abandon(state: ServiceState): ServiceState {
  const processes = [state.main?.process, state.control?.process].filter((process) => process !== undefined)
  return { ...state, main: undefined, control: undefined, leftOver: [...state.leftOver, ...processes] }
}
