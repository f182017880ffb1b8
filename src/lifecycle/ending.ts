/** The end of a run: nothing of it lives any more, and it is decided what comes next. */
import type { ServiceEffect } from './effects.ts'
import { goodRunMs, restartDelayMs, shallRestart } from './restart-policy.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState } from './service-state.ts'
import { isOverLimit } from './start-limit.ts'
import { enter, type Next, type Setting, withResult } from './transition.ts'
import { causeWords, exitWords, resultWords, spanWords } from './words.ts'

/** Every way down ends here. Precondition: no main, no control, nothing left that the unit's KillMode= does not leave. */
export function conclude(state: ServiceState, setting: Setting): Next {
  const over: ServiceState = { ...state, main: undefined, control: undefined, isNotifiedReady: false }
  if (over.queuedStart !== undefined) return awaitQueuedStart(over, over.queuedStart.cause.text, setting)
  if (over.isStopRequested || !shallRestart(over, setting.policy)) return rest(over, setting)
  return awaitRestart(over, setting)
}

function awaitQueuedStart(state: ServiceState, why: string, setting: Setting): Next {
  return enter(state, 'auto-restart-queued', setting, {
    reason: `ended; starts again: ${why}`,
    lastsMs: 0,
    effects: release(state, true),
  })
}

function awaitRestart(state: ServiceState, setting: Setting): Next {
  const { policy, now } = setting
  const streak = wasGoodRun(state, setting) ? 0 : state.streak
  const delayMs = restartDelayMs(streak, policy.restart)
  const counted: ServiceState = { ...state, streak }
  if (isOverLimit(state.starts, policy.startLimit, now + delayMs)) return giveUp(counted, setting)
  const next =
    delayMs === Number.POSITIVE_INFINITY
      ? 'never starts again by itself'
      : `next start in ${spanWords(delayMs)}`
  return enter(counted, 'auto-restart', setting, {
    reason: `${endWords(state)}; ${next}`,
    lastsMs: delayMs,
    effects: release(state, true),
  })
}

/** The start limit is reached: failed for good, until somebody starts it on purpose. */
export function giveUp(state: ServiceState, setting: Setting): Next {
  const { name, startLimit } = setting.policy
  const limit = `${startLimit.burst} starts in ${spanWords(startLimit.intervalMs)}`
  return enter({ ...withResult(state, 'start-limit-hit'), hasGivenUp: true }, 'failed', setting, {
    reason: `${endWords(state)}; gave up: ${limit}; start it again with \`gitproc start ${name}\``,
    effects: release(state, false),
  })
}

function rest(state: ServiceState, setting: Setting): Next {
  const isClean = cleanResults.includes(state.result) || isLostToStop(state)
  const why = state.isStopRequested && state.cause !== undefined ? causeWords(state.cause) : undefined
  const reason = [why, endWords(state), leftOverWords(state)].filter((text) => text !== undefined).join('; ')
  return enter(state, isClean ? 'dead' : 'failed', setting, { reason, effects: release(state, false) })
}

const cleanResults: readonly ServiceResult[] = ['success', 'exec-condition']

/** It was to end and has ended: that nobody could see how (a daemon that forked away has no parent) makes it no failure. */
const isLostToStop = (state: ServiceState): boolean => state.isStopRequested && state.result === 'unknown'

/** What this run came to, the exit of its main process first. */
export function endWords(state: ServiceState): string {
  const { mainExit, result } = state
  const what = state.resultText ?? resultWords(result)
  if (mainExit === undefined) return what
  const isWholeStory = ['success', 'exit-code', 'signal', 'core-dump', 'unknown'].includes(result)
  const tellsAll = isWholeStory || (result === 'oom-kill' && mainExit.oomKilled === true)
  const how = exitWords(mainExit)
  if (tellsAll) return how
  return what.includes(how) ? what : `${what}; ${how}`
}

function leftOverWords(state: ServiceState): string | undefined {
  const pids = state.leftOver.map(({ pid }) => pid).join(', ')
  return pids === '' ? undefined : `left running as its KillMode= or SendSIGKILL= says: pid ${pids}`
}

const release = (state: ServiceState, isRestarting: boolean): readonly ServiceEffect[] =>
  state.invocation === undefined ? [] : [{ kind: 'release', invocationId: state.invocation.id, isRestarting }]

function wasGoodRun(state: ServiceState, { policy, now }: { policy: ServicePolicy; now: number }): boolean {
  const startedAtMs = state.invocation?.mainStartedAtMs
  return startedAtMs !== undefined && now - startedAtMs >= goodRunMs(policy)
}
