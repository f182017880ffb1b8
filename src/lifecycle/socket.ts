/**
 * What happens next to a socket unit: a row per state, a named cell per event; an absent cell means that it is ignored.
 *
 *     dead ──opened──▶ listening ──somebody came──▶ running ──its service ended──▶ listening
 *      ▲                  │  ▲                        │  ▲
 *      └──── stop ────────┘  └── could not be started ┘  └── the service was started by somebody else
 *     listening ──somebody came, Accept=yes──▶ listening: the connection's own service is started
 *     failed ◀── can't be opened, or its service is started too often (the sockets are closed then)
 *
 *     state         its sockets               its service
 *     dead, failed  closed                    whatever it does
 *     listening     open, watched             down
 *     running       open, the service's       up, or on its way: who comes meanwhile waits in the kernel
 */
import type { ActiveState } from './active-state.ts'
import { isOverLimit, startsInInterval } from './start-limit.ts'

export const socketSubStates = ['dead', 'listening', 'running', 'failed'] as const
export type SocketSubState = (typeof socketSubStates)[number]

/** Raise it when an older daemon could misread the object. */
export const socketStateVersion = 1

export interface SocketState {
  readonly version: typeof socketStateVersion
  readonly state: SocketSubState
  readonly result: 'success' | 'resources' | 'trigger-limit-hit' | 'service-start-limit-hit'
  readonly sinceMs: number
  readonly reason: string
  /** Epoch ms of the starts that count against TriggerLimitBurst=, oldest first. */
  readonly triggers: readonly number[]
  readonly lastTriggerMs?: number | undefined
}

export interface SocketPolicy {
  readonly triggerLimit: { readonly intervalMs: number; readonly burst: number }
  readonly flushesPending: boolean
  /** Accept=yes: each connection has a service of its own, and there is always somebody to listen. */
  readonly accepts: boolean
}

export interface SocketSetting {
  readonly policy: SocketPolicy
  /** Epoch milliseconds. */
  readonly now: number
}

export type SocketEvent =
  /** The sockets are open. */
  | { readonly kind: 'opened'; readonly isServiceUp: boolean; readonly reason: string }
  | { readonly kind: 'not-opened'; readonly why: string }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'came' }
  | { readonly kind: 'service-up' }
  | { readonly kind: 'service-down'; readonly isStartLimitHit: boolean }
  /** Its start came to nothing, and it is down. */
  | { readonly kind: 'not-started'; readonly why: string; readonly isStartLimitHit: boolean }

/** `watch-later`: trying again at once would meet the same obstacle. */
export type SocketEffect = 'accept' | 'watch' | 'watch-later' | 'unwatch' | 'activate' | 'flush' | 'close'

export interface SocketNext {
  readonly state: SocketState
  readonly effects: readonly SocketEffect[]
}

type EventOf<Kind extends SocketEvent['kind']> = Extract<SocketEvent, { readonly kind: Kind }>
type Row = {
  readonly [Kind in SocketEvent['kind']]?: (
    state: SocketState,
    event: EventOf<Kind>,
    setting: SocketSetting,
  ) => SocketNext
}

export const initialSocketState = (now: number): SocketState => ({
  version: socketStateVersion,
  state: 'dead',
  result: 'success',
  sinceMs: now,
  reason: 'not started yet',
  triggers: [],
})

/** The state in a value that was parsed from JSON; undefined where it is of another version or none at all. */
export const readSocketState = (value: unknown): SocketState | undefined => {
  const state = value as Partial<SocketState> | null | undefined
  if (state?.version !== socketStateVersion || !socketSubStates.includes(state.state ?? ('' as 'dead')))
    return undefined
  return { ...initialSocketState(state.sinceMs ?? 0), ...(state as SocketState) }
}

export const socketActiveStateOf = (state: SocketSubState): ActiveState => {
  if (state === 'failed') return 'failed'
  return state === 'dead' ? 'inactive' : 'active'
}

export const nextSocket = (state: SocketState, event: SocketEvent, setting: SocketSetting): SocketNext => {
  const cell = socketTable[state.state][event.kind] as
    | ((state: SocketState, event: SocketEvent, setting: SocketSetting) => SocketNext)
    | undefined
  return cell?.(state, event, setting) ?? { state, effects: [] }
}

/** Cell: it begins to listen; a service that runs already has what it needs. */
const opened = (state: SocketState, event: EventOf<'opened'>, setting: SocketSetting): SocketNext => {
  const fresh: SocketState = { ...state, result: 'success', triggers: [] }
  return event.isServiceUp
    ? enter(fresh, 'running', event.reason, setting, ['unwatch'])
    : enter(fresh, 'listening', event.reason, setting, ['watch'])
}

const notOpened = (state: SocketState, { why }: EventOf<'not-opened'>, setting: SocketSetting): SocketNext =>
  enter({ ...state, result: 'resources' }, 'failed', why, setting, ['unwatch', 'close'])

const stop = (state: SocketState, { reason }: EventOf<'stop'>, setting: SocketSetting): SocketNext =>
  enter({ ...state, result: 'success' }, 'dead', reason, setting, ['unwatch', 'close'])

/** Cell: somebody waits, so the service is started, unless that has happened too often. */
const came = (state: SocketState, _event: EventOf<'came'>, setting: SocketSetting): SocketNext => {
  const { policy, now } = setting
  const { triggerLimit: limit } = policy
  if (isOverLimit(state.triggers, limit, now)) {
    const why = `${limit.burst} starts in ${limit.intervalMs / 1000} s, and still somebody waits: gave up`
    return enter({ ...state, result: 'trigger-limit-hit' }, 'failed', why, setting, ['close'])
  }
  const triggers = [...startsInInterval(state.triggers, limit, now), now]
  const noted = { ...state, triggers, lastTriggerMs: now }
  if (policy.accepts) return enter(noted, 'listening', state.reason, setting, ['accept', 'watch'])
  return enter(noted, 'running', 'somebody came', setting, ['activate'])
}

const serviceUp = (state: SocketState, _event: EventOf<'service-up'>, setting: SocketSetting): SocketNext =>
  enter(state, 'running', 'its service was started', setting, ['unwatch'])

/** Cell: who comes from now on starts it again. */
const serviceDown = (
  state: SocketState,
  event: EventOf<'service-down'>,
  setting: SocketSetting,
): SocketNext => {
  if (event.isStartLimitHit) return giveUp(state, setting)
  const flush: readonly SocketEffect[] = setting.policy.flushesPending ? ['flush'] : []
  return enter(state, 'listening', 'its service has ended', setting, [...flush, 'watch'])
}

const notStarted = (state: SocketState, event: EventOf<'not-started'>, setting: SocketSetting): SocketNext =>
  event.isStartLimitHit
    ? giveUp(state, setting)
    : enter(state, 'listening', event.why, setting, ['watch-later'])

/** As long as somebody waits it would be started again and again, to no end. */
const giveUp = (state: SocketState, setting: SocketSetting): SocketNext =>
  enter({ ...state, result: 'service-start-limit-hit' }, 'failed', 'its service gave up', setting, [
    'unwatch',
    'close',
  ])

const down: Row = { opened, 'not-opened': notOpened, stop }

const socketTable: Readonly<Record<SocketSubState, Row>> = {
  dead: down,
  failed: down,
  listening: { opened, 'not-opened': notOpened, stop, came, 'service-up': serviceUp },
  running: {
    opened,
    'not-opened': notOpened,
    stop,
    'service-down': serviceDown,
    'not-started': notStarted,
  },
}

const enter = (
  state: SocketState,
  to: SocketSubState,
  reason: string,
  { now }: SocketSetting,
  effects: readonly SocketEffect[],
): SocketNext => ({
  state: { ...state, state: to, reason, sinceMs: to === state.state ? state.sinceMs : now },
  effects,
})
