/** Cells `timed-out` of the way down: each leads one step further (TimeoutStopSec=, TimeoutAbortSec=, TimeoutStopFailureMode=). */
import { conclude } from './ending.ts'
import type { EventOf } from './events.ts'
import type { KillState } from './kill-order.ts'
import type { ServiceState } from './service-state.ts'
import { type Next, type Setting, withResult } from './transition.ts'
import { abandon, enterKill, enterStopPost, forceKill } from './way-down.ts'

/** Cells `timed-out`: each leads one step further down (TimeoutStopSec=, TimeoutStopFailureMode=). */
export function stopTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  const mode = setting.policy.timeouts.stopFailureMode
  const reason = 'ExecStop= took longer than TimeoutStopSec='
  const late = withResult(state, 'timeout', reason)
  if (mode === 'abort') return enterKill(late, 'stop-watchdog', reason, setting)
  return mode === 'kill' ? forceKill(late, reason, setting) : enterKill(late, 'stop-sigterm', reason, setting)
}

export function sigtermTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  const reason = `did not end by ${setting.policy.kill.signal} within TimeoutStopSec=`
  const late = withResult(state, 'timeout', reason)
  const aborts = setting.policy.timeouts.stopFailureMode === 'abort'
  return aborts ? enterKill(late, 'stop-watchdog', reason, setting) : forceKill(late, reason, setting)
}

export const abortTimedOut = (state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next => {
  const reason = 'did not end within TimeoutAbortSec='
  return forceKill(withResult(state, 'timeout', reason), reason, setting)
}

export const sigkillTimedOut = (
  state: ServiceState,
  _event: EventOf<'timed-out'>,
  setting: Setting,
): Next => {
  const reason = 'a process survives SIGKILL'
  return enterStopPost(withResult(state, 'timeout', reason), reason, setting)
}

export function stopPostTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  const mode = setting.policy.timeouts.stopFailureMode
  const to: Readonly<Record<typeof mode, KillState>> = {
    terminate: 'final-sigterm',
    abort: 'final-watchdog',
    kill: 'final-sigkill',
  }
  const reason = 'ExecStopPost= took longer than TimeoutStopSec='
  return enterKill(withResult(state, 'timeout', reason), to[mode], reason, setting)
}

export function finalTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  const reason = 'did not end within TimeoutStopSec='
  const late = withResult(state, 'timeout', reason)
  if (setting.policy.kill.sendSigkill) return enterKill(late, 'final-sigkill', reason, setting)
  return conclude(abandon(late), setting)
}

/** A process that outlives SIGKILL hangs in the kernel: it is tried again for as long as it lives, without haste. */
export function survivorTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  const { policy } = setting
  const patient = {
    ...policy,
    timeouts: { ...policy.timeouts, stopMs: Math.max(policy.timeouts.stopMs, 5000) },
  }
  const reason = 'a process survives SIGKILL (it hangs in the kernel); it is killed again and again'
  return enterKill(withResult(state, 'timeout', reason), 'final-sigkill', reason, {
    ...setting,
    policy: patient,
  })
}
