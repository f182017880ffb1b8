/** Cells of the way up: what each Type= waits for, and what a failure or a time-out on the way leads to. */
import type { EventOf } from './events.ts'
import { conditionVerdict, controlVerdict } from './exit-verdict.ts'
import { withMainExit, withSpawned } from './process-facts.ts'
import { withForeignMain } from './running.ts'
import type { TimeoutFailureMode } from './service-policy.ts'
import type { ServiceState } from './service-state.ts'
import { type Next, type Setting, stay, withResult } from './transition.ts'
import { enterKill, fail, forceKill } from './way-down.ts'
import { runConditions, runStart, runStartPost, runStartPre } from './way-up.ts'
import { exitWords } from './words.ts'

/** Cell: ExecCondition= has ended; 1 to 254 means: not now. */
export function conditionEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { index, idle, isIgnored } = endOfControl(state, setting)
  const verdict = conditionVerdict(record, isIgnored)
  if (verdict === 'success') return runConditions(idle, index + 1, state.reason, setting)
  const isSkip = verdict === 'exec-condition'
  const reason = isSkip
    ? `skipped: ExecCondition= ${exitWords(record)}`
    : `ExecCondition= ${exitWords(record)}`
  return fail(idle, verdict, reason, setting)
}

/** Cell: ExecStartPre= has ended; the first failure ends the start. */
export function startPreEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { index, idle, isIgnored } = endOfControl(state, setting)
  const verdict = controlVerdict(record, isIgnored)
  if (verdict === 'success') return runStartPre(idle, index + 1, state.reason, setting)
  return fail(idle, verdict, `ExecStartPre= ${exitWords(record)}`, setting)
}

/** Cell: Type=forking, the command that leaves a daemon behind has ended; now its main process is looked for. */
export function forkerEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { idle, isIgnored } = endOfControl(state, setting)
  const verdict = controlVerdict(record, isIgnored)
  if (verdict !== 'success')
    return fail({ ...idle, mainExit: record, lastExit: record }, verdict, exitWords(record), setting)
  return stay(idle, { reason: 'the parent has ended; looking for the main process' }, [{ kind: 'find-main' }])
}

/** Cell: the forking daemon's main process is known, or known not to be findable (GuessMainPID=no). */
export function mainFound(state: ServiceState, { process }: EventOf<'main-found'>, setting: Setting): Next {
  if (state.control !== undefined || state.main !== undefined) return stay(state)
  if (process === undefined) return runStartPost(state, 0, setting)
  const next = runStartPost(withForeignMain(state, process, setting.now), 0, setting)
  return { ...next, effects: [{ kind: 'watch-main' }, ...next.effects] }
}

/** Cell: everything the forking command left behind is gone before a main process was found: only PIDFile= had promised one. */
export function nothingForked(state: ServiceState, _event: EventOf<'empty'>, setting: Setting): Next {
  if (state.main !== undefined || state.control !== undefined) return stay(state)
  if (setting.policy.pidFile === undefined) return runStartPost(state, 0, setting)
  return fail(state, 'protocol', 'no process was left behind to write PIDFile=', setting)
}

/** Cell: the process exists: that is all simple and idle services have to show. */
export function mainSpawned(state: ServiceState, event: EventOf<'main-spawned'>, setting: Setting): Next {
  const known = withSpawned(state, event, setting)
  const isEnough = setting.policy.type === 'simple' || setting.policy.type === 'idle'
  return isEnough ? runStartPost(known, 0, setting) : stay(known)
}

/** Cell: exec(2) succeeded: what Type=exec waits for. */
export function mainExeced(state: ServiceState, _event: EventOf<'main-execed'>, setting: Setting): Next {
  return setting.policy.type === 'exec' ? runStartPost(state, 0, setting) : stay(state)
}

/** Cell: READY=1. */
export function notifiedReady(
  state: ServiceState,
  _event: EventOf<'notified-ready'>,
  setting: Setting,
): Next {
  const waits = setting.policy.type === 'notify' || setting.policy.type === 'notify-reload'
  return waits ? runStartPost({ ...state, isNotifiedReady: true }, 0, setting) : stay(state)
}

/** Cell: the main process ended while starting: oneshot's way of being done, a failure for what must first say READY=1. */
export function startEnded(state: ServiceState, { record }: EventOf<'main-exited'>, setting: Setting): Next {
  const { policy } = setting
  const index = state.main?.index ?? 0
  const ended = withMainExit(state, record, policy)
  if (ended.result !== 'success') return fail(ended, ended.result, exitWords(record), setting)
  if (policy.type === 'notify' || policy.type === 'notify-reload') {
    return fail(ended, 'protocol', `${exitWords(record)} before READY=1`, setting)
  }
  if (policy.type === 'oneshot') return runStart(ended, index + 1, state.reason, setting)
  return runStartPost(ended, 0, setting)
}

/** Cell: one ExecStartPost= has ended. */
export function startPostEnded(
  state: ServiceState,
  { record }: EventOf<'control-exited'>,
  setting: Setting,
): Next {
  const { index, idle, isIgnored } = endOfControl(state, setting)
  const verdict = controlVerdict(record, isIgnored)
  if (verdict === 'success') return runStartPost(idle, index + 1, setting)
  return fail(idle, verdict, `ExecStartPost= ${exitWords(record)}`, setting)
}

function endOfControl(state: ServiceState, { policy }: Setting) {
  const { kind, index } = state.control ?? { kind: 'ExecStart' as const, index: 0 }
  const isIgnored = policy.commands[kind][index]?.ignoreFailure === true
  return { index, isIgnored, idle: { ...state, control: undefined } as ServiceState }
}

/** Cell: TimeoutStartSec= is over (TimeoutStartFailureMode=). */
export function startTimedOut(state: ServiceState, _event: EventOf<'timed-out'>, setting: Setting): Next {
  const reason = `not started within TimeoutStartSec= (in ${state.state})`
  const late = withResult(state, 'timeout', reason)
  const ways: Readonly<Record<TimeoutFailureMode, () => Next>> = {
    terminate: () => enterKill(late, 'stop-sigterm', reason, setting),
    abort: () => enterKill(late, 'stop-watchdog', reason, setting),
    kill: () => forceKill(late, reason, setting),
  }
  return ways[setting.policy.timeouts.startFailureMode]()
}
