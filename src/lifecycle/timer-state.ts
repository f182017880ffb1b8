/** All that is known of one timer: a plain JSON object, saved at each transition and taken over by the next daemon. */
import type { TimeZones } from '../units/calendar/time-zone.ts'
import type { TimerTrigger } from '../units/values.ts'

/** Raise it when an older daemon could misread the object. */
export const timerStateVersion = 1

/** systemd's sub-states of a timer. */
export const timerSubStates = ['dead', 'waiting', 'running', 'elapsed', 'failed'] as const
export type TimerSubState = (typeof timerSubStates)[number]

export interface TimerState {
  readonly version: typeof timerStateVersion
  readonly state: TimerSubState
  readonly sinceMs: number
  /** In English: why it is in this state. */
  readonly reason: string
  /** Epoch ms of its own start; undefined before the first one. */
  readonly activatedAtMs?: number | undefined
  /** Epoch ms of the first start of a daemon in this boot: the base of OnStartupSec=. */
  readonly startupAtMs: number
  /** Epoch ms of the last elapse, whenever that was: what Persistent= remembers. */
  readonly lastTriggerMs?: number | undefined
  /** Whether it has elapsed since its own start. */
  readonly hasTriggered: boolean
  /** When what it starts last left the inactive states, and last came back to them. */
  readonly unitActiveMs?: number | undefined
  readonly unitInactiveMs?: number | undefined
  /** The share of RandomizedDelaySec= that this wait has, 0 to 1: drawn anew after each elapse. */
  readonly delayShare: number
  readonly next: NextElapse
}

/** Two clocks: what is set or sleeps with the host, and what only counts. Undefined: never. */
export interface NextElapse {
  readonly wallMs?: number | undefined
  readonly monotonicMs?: number | undefined
}

export interface TimerPolicy {
  readonly triggers: readonly TimerTrigger[]
  readonly randomizedDelayMs: number
  /** FixedRandomDelay=: this share instead of a drawn one. */
  readonly fixedShare: number | undefined
  readonly isPersistent: boolean
  readonly remainsAfterElapse: boolean
  readonly defersReactivation: boolean
  readonly elapsesByZoneChange: boolean
}

/** What a decision may know beside state and event. */
export interface TimerSetting {
  readonly policy: TimerPolicy
  /** Epoch milliseconds. */
  readonly now: number
  readonly zones: TimeZones
  /** Epoch ms of the kernel's start: the base of OnBootSec=. */
  readonly bootedAtMs: number
  /** Epoch ms of this daemon's start: what was missed before counts as due then. */
  readonly daemonStartedAtMs: number
  /** From 0 to 1: a new share of the random delay, where one is needed. */
  readonly random: number
}

export const initialTimerState = (now: number, startupAtMs: number): TimerState => ({
  version: timerStateVersion,
  state: 'dead',
  sinceMs: now,
  reason: 'not started yet',
  startupAtMs,
  hasTriggered: false,
  delayShare: 0,
  next: {},
})

/** The state in a value that was parsed from JSON; undefined where it is of another version or none at all. */
export const readTimerState = (value: unknown): TimerState | undefined => {
  const state = value as Partial<TimerState> | null | undefined
  if (state?.version !== timerStateVersion || !timerSubStates.includes(state.state ?? ('' as 'dead')))
    return undefined
  if (typeof state.sinceMs !== 'number' || typeof state.startupAtMs !== 'number') return undefined
  return { ...initialTimerState(state.sinceMs, state.startupAtMs), ...(state as TimerState) }
}

/** After another boot it is to be started again; only Persistent= remembers. */
export const timerAfterReboot = (state: TimerState, now: number, startupAtMs: number): TimerState => ({
  ...initialTimerState(now, startupAtMs),
  reason: 'the host was restarted',
  ...(state.lastTriggerMs === undefined ? {} : { lastTriggerMs: state.lastTriggerMs }),
})
