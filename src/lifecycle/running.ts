/** A service that is up: what ends it, what keeps its watchdog quiet, what it says of itself by sd_notify. */
import { foreignRole } from './commands.ts'
import type { ServiceEffect } from './effects.ts'
import { endWords } from './ending.ts'
import type { EventOf } from './events.ts'
import { withMainExit, withSpawned } from './process-facts.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState } from './service-state.ts'
import { armed, deadline, enter, isUp, type Next, type Setting, stay, withResult } from './transition.ts'
import { enterKill, enterStop, fail, forceKill } from './way-down.ts'
import { exitWords, spanWords } from './words.ts'

/** Asks whether any process is left without sending anything; answered by `empty` if not. */
const askWhetherEmpty: ServiceEffect = { kind: 'signal', signals: [], target: 'all' }

/** Start-up (or a reload) is over: up, up without a process, or down again, by what has become of the main process. */
export function enterRunning(state: ServiceState, reason: string, setting: Setting): Next {
  const idle: ServiceState = { ...state, control: undefined }
  if (idle.result !== 'success') return fail(idle, idle.result, endWords(idle), setting)
  const outlivesMain = setting.policy.exitType === 'cgroup' && setting.policy.type !== 'oneshot'
  if (idle.mainExit === undefined || idle.main !== undefined || outlivesMain)
    return keepRunning(idle, reason, setting)
  return afterCleanEnd(idle, setting)
}

function keepRunning(state: ServiceState, reason: string, setting: Setting): Next {
  const { policy, now } = setting
  const hasMain = state.main !== undefined
  if (!hasMain && policy.type !== 'forking' && policy.exitType !== 'cgroup')
    return afterCleanEnd(state, setting)
  const next = enter(state, 'running', setting, { reason, effects: hasMain ? [] : [askWhetherEmpty] })
  const runtimeMaxAtMs = state.timers.runtimeMaxAtMs ?? deadline(now, runtimeMs(state, policy))
  const timers = armed({ ...next.state.timers, runtimeMaxAtMs })
  return { ...next, state: { ...next.state, timers } }
}

/** RuntimeMaxSec= and a part of RuntimeRandomizedExtraSec=: its chance is the invocation's name, 32 random hex digits. */
function runtimeMs({ invocation }: ServiceState, { timeouts }: Setting['policy']): number {
  const part = Number.parseInt(invocation?.id.slice(0, 8) ?? '', 16) / 2 ** 32
  return timeouts.runtimeMaxMs + (Number.isNaN(part) ? 0 : part * timeouts.runtimeExtraMs)
}

function afterCleanEnd(state: ServiceState, setting: Setting): Next {
  if (!setting.policy.remainAfterExit) return enterStop(state, 'success', endWords(state), setting)
  return enter(state, 'exited', setting, { reason: `${endWords(state)}; counts as up (RemainAfterExit=yes)` })
}

/** Cell: the main process of a running service ended. A clean end runs ExecStop=, a failure goes to the signals. */
export function mainEnded(state: ServiceState, { record }: EventOf<'main-exited'>, setting: Setting): Next {
  const ended = withMainExit(state, record, setting.policy)
  if (ended.result !== 'success') return fail(ended, ended.result, exitWords(record), setting)
  if (setting.policy.exitType === 'main') return afterCleanEnd(ended, setting)
  return keepRunning(ended, `main process ${exitWords(record)}; others go on (ExitType=cgroup)`, setting)
}

/** Cell: as `mainEnded` while ExecStartPost= or a reload is under way: a control command is waited for. */
export function mainEndedBesideControl(
  state: ServiceState,
  { record }: EventOf<'main-exited'>,
  setting: Setting,
): Next {
  const ended = withMainExit(state, record, setting.policy)
  return ended.control === undefined
    ? enterStop(ended, ended.result, exitWords(record), setting)
    : stay(ended)
}

/** Cell: a service without a known main process ends with its last process. */
export function lastProcessEnded(state: ServiceState, _event: EventOf<'empty'>, setting: Setting): Next {
  return state.main === undefined ? afterCleanEnd(state, setting) : stay(state)
}

/** Cell: WatchdogSec= passed without WATCHDOG=1, or the service asked for it: abort, so that there is a core to look at. */
export function watchdogEnded(
  state: ServiceState,
  _event: EventOf<'watchdog-missed' | 'notified-watchdog-trigger'>,
  setting: Setting,
): Next {
  const reason = `no WATCHDOG=1 within ${spanWords(setting.policy.watchdogMs)} (WatchdogSec=)`
  return enterKill(withResult(state, 'watchdog', reason), 'stop-watchdog', reason, setting)
}

/** Cell: RuntimeMaxSec= is over. A command under way leaves no room for ExecStop=. */
export function runtimeOver(state: ServiceState, _event: EventOf<'runtime-over'>, setting: Setting): Next {
  const reason = `ran for ${spanWords(setting.policy.timeouts.runtimeMaxMs)} (RuntimeMaxSec=)`
  const leave = state.control === undefined ? enterStop : fail
  return leave(state, 'timeout', reason, setting)
}

/** Cell: the health check gave its verdict. Where nothing would follow, a sick service is better than none. */
export function becameUnhealthy(
  state: ServiceState,
  { detail, isOnTrial }: EventOf<'unhealthy'>,
  setting: Setting,
): Next {
  const reason = `health check failed: ${detail}`
  const action = setting.policy.health?.whenUnhealthy ?? 'report'
  // On trial the deployment takes it back, which stops it in its order and starts what it was before.
  if (action === 'report' || (action === 'rollback' && isOnTrial === true)) return stay(state, { reason })
  return enterStop(state, 'health', reason, setting)
}

/** Cell: the kernel took a process of a unit that is up or coming up (OOMPolicy=). */
export function lostToOom(state: ServiceState, _event: EventOf<'oom-killed'>, setting: Setting): Next {
  const reason = 'a process was killed for lack of memory (OOM)'
  const hit = withResult(state, 'oom-kill', reason)
  switch (setting.policy.oomPolicy) {
    case 'continue':
      return stay(state, { reason: `${reason}; goes on (OOMPolicy=continue)` })
    case 'stop':
      return enterKill(hit, 'stop-sigterm', reason, setting)
    case 'kill':
      return forceKill(hit, reason, setting)
  }
}

/** Cell: the word of the kernel came after the exit that it explains. */
export function explainByOom(state: ServiceState): Next {
  const explained: ServiceResult = state.result === 'signal' ? 'oom-kill' : state.result
  const isSigkill = state.lastExit?.exit.kind === 'killed' && state.lastExit.exit.signal === 'SIGKILL'
  const lastExit =
    isSigkill && state.lastExit !== undefined ? { ...state.lastExit, oomKilled: true } : state.lastExit
  return stay(state, { result: explained, lastExit })
}

/** Cell: STOPPING=1. It ends by itself; TimeoutStopSec= counts from here. */
export function stopsItself(
  state: ServiceState,
  _event: EventOf<'notified-stopping'>,
  setting: Setting,
): Next {
  const lastsMs = setting.policy.timeouts.stopMs
  return enter(state, 'stop-sigterm', setting, {
    reason: 'it says that it is stopping (STOPPING=1)',
    lastsMs,
  })
}

/** Cell: WATCHDOG=1. */
export function stillAlive(state: ServiceState, _event: EventOf<'notified-alive'>, setting: Setting): Next {
  const counts = isUp(state.state) && state.isFrozen !== true
  return counts ? stay(state, { timers: withWatchdog(state, setting) }) : stay(state)
}

/** The timers with the watchdog wound up. */
export const withWatchdog = (state: ServiceState, { policy, now }: Setting): ServiceState['timers'] =>
  armed({ ...state.timers, watchdogAtMs: deadline(now, policy.watchdogMs) })

export const noteStatus = (state: ServiceState, { text }: EventOf<'notified-status'>): Next =>
  stay(state, { statusText: text })

/** Cell: EXTEND_TIMEOUT_USEC= only ever lengthens the time-out under way. */
export function extendTimeout(
  state: ServiceState,
  { byMs }: EventOf<'notified-extend'>,
  { now }: Setting,
): Next {
  const { phaseAtMs, runtimeMaxAtMs } = state.timers
  const later = (atMs: number | undefined) => (atMs === undefined ? undefined : Math.max(atMs, now + byMs))
  return stay(state, {
    timers: armed({ ...state.timers, phaseAtMs: later(phaseAtMs), runtimeMaxAtMs: later(runtimeMaxAtMs) }),
  })
}

/** Cell: MAINPID=. From here on this process is the main one. */
export function adoptMain(
  state: ServiceState,
  { process }: EventOf<'notified-main'>,
  { now }: Setting,
): Next {
  if (state.main?.process?.pid === process.pid) return stay(state)
  return stay(withForeignMain(state, process, now), {}, [{ kind: 'watch-main' }])
}

export function withForeignMain(
  state: ServiceState,
  process: EventOf<'notified-main'>['process'],
  now: number,
): ServiceState {
  const main = { role: foreignRole(process.pid), process, index: state.main?.index ?? 0 }
  const invocation = state.invocation && { ...state.invocation, mainStartedAtMs: now }
  return { ...state, main, mainExit: undefined, invocation }
}

/** Cell: the executor saw a process that was being launched. */
export const noteSpawned = (
  state: ServiceState,
  event: EventOf<'main-spawned' | 'control-spawned'>,
  setting: Setting,
): Next => stay(withSpawned(state, event, setting))

/** Cell: counters are forgotten, the state stays. */
export const forgetCounters = (state: ServiceState): Next =>
  stay(state, { starts: [], restarts: 0, streak: 0 })
