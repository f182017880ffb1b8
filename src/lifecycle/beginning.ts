/** Cells of the states without a process: who begins a run, and what may keep it from beginning. */
import type { Cause } from '../base/cause.ts'
import { conclude, giveUp } from './ending.ts'
import type { EventOf } from './events.ts'
import type { ServiceState } from './service-state.ts'
import { isOverLimit, startsInInterval } from './start-limit.ts'
import { enter, type Next, type Setting, stay } from './transition.ts'
import { enterKill } from './way-down.ts'
import { runConditions } from './way-up.ts'
import { causeWords, resultWords } from './words.ts'

/** Cell: a start of what is down. */
export function start(state: ServiceState, event: EventOf<'start' | 'restart'>, setting: Setting): Next {
  const { cause, revision, invocationId } = event
  const counted = isDeliberate(cause) ? { ...state, starts: [], restarts: 0, streak: 0 } : state
  return begin({ ...counted, cause }, { invocationId, revision }, `starting: ${causeWords(cause)}`, setting)
}

/** A person's or a commit's start is not what the start limit guards against: it begins to count anew. */
const isDeliberate = (cause: Cause): boolean =>
  cause.kind === 'operator' || cause.kind === 'deploy' || cause.kind === 'boot'

/** Cell: RestartSec= is over. */
export function startAgain(
  state: ServiceState,
  { invocationId, revision }: EventOf<'timed-out'>,
  setting: Setting,
): Next {
  const restarts = state.restarts + 1
  const again: ServiceState = { ...state, restarts, streak: state.streak + 1 }
  return begin(again, { invocationId, revision }, `starting again (restart ${restarts})`, setting)
}

/** Cell: the stop that a start was waiting for has ended. */
export function startQueued(state: ServiceState, event: EventOf<'timed-out'>, setting: Setting): Next {
  const cause = state.queuedStart?.cause ?? state.cause
  return cause === undefined
    ? startAgain(state, event, setting)
    : start(state, { ...event, kind: 'start', cause }, setting)
}

interface Run {
  readonly invocationId: string
  readonly revision: string | undefined
}

function begin(state: ServiceState, run: Run, reason: string, setting: Setting): Next {
  const { policy, now } = setting
  const fresh = { ...state, queuedStart: undefined, isStopRequested: false }
  if (isOverLimit(state.starts, policy.startLimit, now)) return giveUp(fresh, setting)
  const next = newRun(fresh, run, setting)
  if (policy.unsupported !== undefined) return refuse(next, policy.unsupported, setting)
  if (!policy.hasConditions) return runConditions(next, 0, reason, setting)
  return enter(next, 'condition', setting, {
    reason,
    lastsMs: policy.timeouts.startMs,
    effects: [{ kind: 'check-conditions' }],
  })
}

/** Everything that belongs to one run begins empty. */
const newRun = (
  state: ServiceState,
  { invocationId, revision }: Run,
  { policy, now }: Setting,
): ServiceState => ({
  ...state,
  invocation: { id: invocationId, startedAtMs: now, revision, mainStartedAtMs: undefined },
  starts: [...startsInInterval(state.starts, policy.startLimit, now), now].slice(
    -Math.max(policy.startLimit.burst, 1),
  ),
  hasGivenUp: false,
  result: 'success',
  resultText: undefined,
  mainExit: undefined,
  conditionResult: true,
  assertResult: true,
  reload: { count: 0, result: 'success' },
  statusText: undefined,
  isNotifiedReady: false,
  leftOver: [],
})

const refuse = (state: ServiceState, why: string, setting: Setting): Next =>
  enter({ ...state, result: 'resources' }, 'failed', setting, { reason: why })

/** Cell: the facts behind Condition…= and Assert…= are in. */
export function conditionsChecked(
  state: ServiceState,
  { verdict }: EventOf<'conditions-checked'>,
  setting: Setting,
): Next {
  if (state.control !== undefined) return stay(state)
  switch (verdict.kind) {
    case 'met':
      return runConditions(state, 0, state.reason, setting)
    case 'skip':
      return enter({ ...state, conditionResult: false }, 'dead', setting, {
        reason: `skipped: ${verdict.text}`,
      })
    case 'unasserted':
      return enter({ ...state, assertResult: false }, 'dead', setting, { reason: verdict.text })
    case 'fail':
      return refuse(state, verdict.text, setting)
  }
}

/** Cell: stopped while the conditions were being looked at, before any process. */
export function stopBeforeLaunch(state: ServiceState, { cause }: EventOf<'stop'>, setting: Setting): Next {
  const stopped: ServiceState = { ...state, cause, isStopRequested: true, queuedStart: undefined }
  if (stopped.control !== undefined)
    return enterKill(stopped, 'stop-sigterm', `stopping: ${causeWords(cause)}`, setting)
  return conclude(stopped, setting)
}

/** Cell: the next start is called off. */
export const cancelRestart = (state: ServiceState, { cause }: EventOf<'stop'>, setting: Setting): Next =>
  enter({ ...state, cause, isStopRequested: true, queuedStart: undefined }, 'dead', setting, {
    reason: `${causeWords(cause)}; was waiting for its next start`,
  })

/** Cell: a failure is forgotten. */
export const forgetFailure = (state: ServiceState, _event: EventOf<'reset'>, setting: Setting): Next =>
  enter(
    { ...state, result: 'success', hasGivenUp: false, starts: [], restarts: 0, streak: 0 },
    'dead',
    setting,
    {
      reason: `failure forgotten (it ${resultWords(state.result)})`,
    },
  )
