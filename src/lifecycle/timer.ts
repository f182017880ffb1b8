/**
 * What happens next to a timer: a row per state, a named cell per event; an absent cell means that the event is ignored.
 *
 *     dead ──start──▶ waiting ──due──▶ running ──its unit ended──▶ waiting, or elapsed if it never elapses again
 *      ▲                 │ nothing to wait for                        │
 *      └── stop ─────────┴──────────▶ elapsed (dead without RemainAfterElapse=)
 *
 *     state              armed                its unit
 *     dead, failed       nothing              whatever it does
 *     waiting            the next elapse      down, or up by somebody else's wish
 *     running            nothing              was started by the timer: while it is up there is no second start
 *     elapsed            nothing              a start of it may make the timer wait again (OnUnitActiveSec=)
 */
import type { ActiveState } from './active-state.ts'
import { dueMs, followsUnit, nextElapses, rewound } from './timer-elapse.ts'
import type { NextElapse, TimerSetting, TimerState, TimerSubState } from './timer-state.ts'

export type TimerEvent =
  | { readonly kind: 'start'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }
  /** The unit that it starts can't be had: it is not there. */
  | { readonly kind: 'fail'; readonly reason: string }
  /** The alarm rang; it may be early, where a clock was set meanwhile. */
  | { readonly kind: 'rang' }
  /** What it starts came to be up (or on its way), or down; `atMs`: when. */
  | { readonly kind: 'unit-changed'; readonly activeState: ActiveState; readonly atMs: number }
  /** Its start came to nothing, and the unit is down. */
  | { readonly kind: 'not-started'; readonly why: string }
  | { readonly kind: 'zone-changed' }
  /** A new daemon took it over, or it has a new definition. */
  | { readonly kind: 'refresh' }

export type TimerEffect = 'activate'

export interface TimerNext {
  readonly state: TimerState
  readonly effects: readonly TimerEffect[]
}

type EventKind = TimerEvent['kind']
type EventOf<Kind extends EventKind> = Extract<TimerEvent, { readonly kind: Kind }>
type Row = {
  readonly [Kind in EventKind]?: (state: TimerState, event: EventOf<Kind>, setting: TimerSetting) => TimerNext
}

export const nextTimer = (state: TimerState, event: TimerEvent, setting: TimerSetting): TimerNext => {
  const cell = timerTable[state.state][event.kind] as
    | ((state: TimerState, event: TimerEvent, setting: TimerSetting) => TimerNext)
    | undefined
  return cell?.(state, event, setting) ?? { state, effects: [] }
}

export const timerActiveStateOf = (state: TimerSubState): ActiveState => {
  if (state === 'failed') return 'failed'
  return state === 'dead' ? 'inactive' : 'active'
}

/** Cell: it begins to count; what it remembers of earlier elapses counts only with Persistent=. */
const start = (state: TimerState, { reason }: EventOf<'start'>, setting: TimerSetting): TimerNext => {
  const { policy, now, random } = setting
  // A remembered time that lies ahead tells only that the clock was wrong.
  const isRemembered = policy.isPersistent && (state.lastTriggerMs ?? now) < now
  const fresh = { ...state, activatedAtMs: now, hasTriggered: false, delayShare: random }
  return wait({ ...fresh, lastTriggerMs: isRemembered ? state.lastTriggerMs : undefined }, reason, setting)
}

/** Cell: it counts no more. */
const stop = (state: TimerState, { reason }: EventOf<'stop'>, setting: TimerSetting): TimerNext =>
  enter(state, 'dead', reason, setting)

const fail = (state: TimerState, { reason }: EventOf<'fail'>, setting: TimerSetting): TimerNext =>
  enter(state, 'failed', reason, setting)

/** Cell: the alarm of the present wait. */
const rang = (state: TimerState, _event: EventOf<'rang'>, setting: TimerSetting): TimerNext =>
  wait(state, state.reason, setting)

/** Cell: somebody else moved the unit: what counts from that counts anew. */
const noteUnit = (state: TimerState, event: EventOf<'unit-changed'>, setting: TimerSetting): TimerNext => {
  const noted = withUnit(state, event)
  if (!setting.policy.triggers.some(followsUnit)) return { state: noted, effects: [] }
  return wait(noted, state.reason, setting)
}

/** Cell: what the timer started goes on, or has ended. */
const unitMoved = (state: TimerState, event: EventOf<'unit-changed'>, setting: TimerSetting): TimerNext => {
  const noted = withUnit(state, event)
  return isDown(event.activeState)
    ? wait(noted, 'its unit has ended', setting)
    : { state: noted, effects: [] }
}

const justNote = (state: TimerState, event: EventOf<'unit-changed'>): TimerNext => ({
  state: withUnit(state, event),
  effects: [],
})

/** Cell: trying again at once would meet the same obstacle. */
const notStarted = (state: TimerState, { why }: EventOf<'not-started'>, setting: TimerSetting): TimerNext =>
  wait(state, why, setting, setting.now + pauseMs)

const zoneChanged = (state: TimerState, _event: EventOf<'zone-changed'>, setting: TimerSetting): TimerNext =>
  setting.policy.elapsesByZoneChange
    ? elapse(state, 'the time zone was changed', setting)
    : wait(state, state.reason, setting)

const refresh = (state: TimerState, _event: EventOf<'refresh'>, setting: TimerSetting): TimerNext =>
  wait(state, state.reason, setting)

const waitingRow: Row = { start, stop, fail, 'unit-changed': noteUnit, refresh, 'zone-changed': zoneChanged }

const timerTable: Readonly<Record<TimerSubState, Row>> = {
  dead: { start, fail, 'unit-changed': justNote },
  waiting: { ...waitingRow, rang },
  running: { stop, fail, 'unit-changed': unitMoved, 'not-started': notStarted },
  elapsed: waitingRow,
  failed: { start, fail, stop, 'unit-changed': justNote },
}

/** To `waiting`, or to `running` where the next elapse is due already, or to `elapsed` where there is none. */
const wait = (known: TimerState, reason: string, setting: TimerSetting, notBeforeMs = 0): TimerNext => {
  const { policy, now } = setting
  const state = rewound(known, now)
  const next = postponed(nextElapses(state, setting), notBeforeMs)
  const atMs = dueMs(next)
  if (atMs === undefined && !policy.elapsesByZoneChange) {
    const stays = policy.remainsAfterElapse || policy.triggers.some(followsUnit)
    return enter(state, stays ? 'elapsed' : 'dead', 'it will not elapse again', setting)
  }
  if (atMs !== undefined && atMs <= now) return elapse(state, 'it elapsed', setting)
  const entered = enter(state, 'waiting', reason, setting)
  return { ...entered, state: { ...entered.state, next } }
}

const pauseMs = 1000

const postponed = ({ wallMs, monotonicMs }: NextElapse, notBeforeMs: number): NextElapse => ({
  wallMs: wallMs && Math.max(wallMs, notBeforeMs),
  monotonicMs: monotonicMs && Math.max(monotonicMs, notBeforeMs),
})

const elapse = (state: TimerState, reason: string, setting: TimerSetting): TimerNext => {
  const { now, random } = setting
  const elapsed = { ...state, lastTriggerMs: now, hasTriggered: true, delayShare: random }
  return { ...enter(elapsed, 'running', reason, setting), effects: ['activate'] }
}

const enter = (state: TimerState, to: TimerSubState, reason: string, { now }: TimerSetting): TimerNext => {
  const sinceMs = to === state.state ? state.sinceMs : now
  return { state: { ...state, state: to, sinceMs, reason, next: {} }, effects: [] }
}

const isDown = (activeState: ActiveState): boolean => activeState === 'inactive' || activeState === 'failed'

const withUnit = (state: TimerState, { activeState, atMs }: EventOf<'unit-changed'>): TimerState =>
  isDown(activeState) ? { ...state, unitInactiveMs: atMs } : { ...state, unitActiveMs: atMs }
