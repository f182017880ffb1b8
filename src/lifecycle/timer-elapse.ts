/** When a timer elapses next (systemd.timer(5)): out of everything it may count from, the earliest. Pure. */
import type { Calendar } from '../units/calendar/calendar.ts'
import { nextElapse } from '../units/calendar/next-elapse.ts'
import type { TimerTrigger } from '../units/values.ts'
import type { NextElapse, TimerSetting, TimerState } from './timer-state.ts'

type SpanTrigger = Exclude<TimerTrigger, { readonly kind: 'OnCalendar' | 'OnCron' }>

/**
 * A clock that is set back by no more than this has been corrected: what it shows again has been, and does not elapse a
 * second time. A greater step means that the time before was wrong, and the new one counts (as in cron(8)).
 */
const correctionMs = 3 * 3_600_000

/** What was noted by a clock that was wrong counts as having happened now. */
export const rewound = (state: TimerState, now: number): TimerState => {
  const believed = (atMs: number | undefined) =>
    atMs !== undefined && atMs - now > correctionMs ? now : atMs
  return {
    ...state,
    activatedAtMs: believed(state.activatedAtMs),
    lastTriggerMs: believed(state.lastTriggerMs),
    unitActiveMs: believed(state.unitActiveMs),
    unitInactiveMs: believed(state.unitInactiveMs),
  }
}

export const nextElapses = (state: TimerState, setting: TimerSetting): NextElapse => {
  const { triggers } = setting.policy
  const wall = triggers.flatMap((trigger) =>
    calendarsOf(trigger).map((each) => wallElapse(each, state, setting)),
  )
  const monotonic = triggers.flatMap((trigger) =>
    isSpan(trigger) ? [spanElapse(trigger, state, setting)] : [],
  )
  return {
    wallMs: delayed(earliest(wall), state, setting),
    monotonicMs: delayed(earliest(monotonic), state, setting),
  }
}

/** The one that comes first; undefined: never. */
export const dueMs = ({ wallMs, monotonicMs }: NextElapse): number | undefined =>
  earliest([wallMs, monotonicMs])

/** Its unit may be started by somebody else, and then it counts from there: such a timer is never done. */
export const followsUnit = ({ kind }: TimerTrigger): boolean =>
  kind === 'OnUnitActiveSec' || kind === 'OnUnitInactiveSec'

const calendarsOf = (trigger: TimerTrigger): readonly Calendar[] => {
  if (trigger.kind === 'OnCron') return trigger.calendars
  return trigger.kind === 'OnCalendar' ? [trigger.calendar] : []
}

const isSpan = (trigger: TimerTrigger): trigger is SpanTrigger => calendarsOf(trigger).length === 0

/** The first moment after the last elapse; one that was missed is due as of the daemon's start, and once only. */
const wallElapse = (calendar: Calendar, state: TimerState, setting: TimerSetting): number | undefined => {
  const { now, zones, daemonStartedAtMs, policy } = setting
  const last = state.lastTriggerMs ?? state.activatedAtMs ?? now
  const base = policy.defersReactivation ? Math.max(last, state.unitInactiveMs ?? last) : last
  const usec = nextElapse(calendar, base * 1000, zones)
  // Never early: a fraction of a millisecond counts as a whole one.
  return usec === undefined ? undefined : Math.max(Math.ceil(usec / 1000), Math.min(daemonStartedAtMs, now))
}

const spanElapse = (trigger: SpanTrigger, state: TimerState, setting: TimerSetting): number | undefined => {
  const base = spanBase(trigger.kind, state, setting)
  if (base === undefined || trigger.usec === Number.POSITIVE_INFINITY) return undefined
  const atMs = base + trigger.usec / 1000
  // Those that count from something that happens once elapse once.
  const isSpent = state.hasTriggered && !followsUnit(trigger) && atMs <= (state.lastTriggerMs ?? 0)
  return isSpent ? undefined : atMs
}

const spanBase = (
  kind: SpanTrigger['kind'],
  state: TimerState,
  { bootedAtMs }: TimerSetting,
): number | undefined => {
  const triggeredAtMs = state.hasTriggered ? state.lastTriggerMs : undefined
  switch (kind) {
    case 'OnActiveSec':
      return state.activatedAtMs
    case 'OnBootSec':
      return bootedAtMs
    case 'OnStartupSec':
      return state.startupAtMs
    case 'OnUnitActiveSec':
      return latest(state.unitActiveMs, triggeredAtMs)
    case 'OnUnitInactiveSec':
      return latest(state.unitInactiveMs, triggeredAtMs)
  }
}

const delayed = (
  atMs: number | undefined,
  { delayShare }: TimerState,
  { policy: { randomizedDelayMs, fixedShare } }: TimerSetting,
): number | undefined => atMs && Math.ceil(atMs + randomizedDelayMs * (fixedShare ?? delayShare))

const latest = (...times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

const earliest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
