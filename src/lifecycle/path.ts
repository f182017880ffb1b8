/**
 * What happens next to a path unit: a row per state, a named cell per event; an absent cell means that it is ignored.
 *
 *     dead ──start──▶ waiting ──found, or changed──▶ running ──its unit ended──▶ waiting, or running again
 *     failed ◀── its unit is started too often (TriggerLimitBurst=), or is not there
 *
 * `isFound`: what PathExists=, PathExistsGlob= or DirectoryNotEmpty= wait for is there now. `hasChanged`: something that
 * PathChanged= or PathModified= watch has changed. A change while the unit runs starts nothing, as by systemd: as a rule
 * the unit makes it itself, and would start itself for ever.
 */
import type { ActiveState } from './active-state.ts'
import { isOverLimit, startsInInterval } from './start-limit.ts'

export const pathSubStates = ['dead', 'waiting', 'running', 'failed'] as const
export type PathSubState = (typeof pathSubStates)[number]

/** Raise it when an older daemon could misread the object. */
export const pathStateVersion = 1

export interface PathState {
  readonly version: typeof pathStateVersion
  readonly state: PathSubState
  readonly result: 'success' | 'resources' | 'trigger-limit-hit'
  readonly sinceMs: number
  readonly reason: string
  /** Epoch ms of the starts that count against TriggerLimitBurst=, oldest first. */
  readonly triggers: readonly number[]
  readonly lastTriggerMs?: number | undefined
}

export interface PathSetting {
  readonly limit: { readonly intervalMs: number; readonly burst: number }
  /** Epoch milliseconds. */
  readonly now: number
}

export type PathEvent =
  | { readonly kind: 'start'; readonly isFound: boolean; readonly reason: string }
  | { readonly kind: 'fail'; readonly why: string }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'looked'; readonly isFound: boolean; readonly hasChanged: boolean }
  | { readonly kind: 'unit-up' }
  | { readonly kind: 'unit-down'; readonly isFound: boolean }
  /** Its start came to nothing, and it is down. */
  | { readonly kind: 'not-started'; readonly why: string }

/** `look-later`: trying again at once would meet the same obstacle. */
export type PathEffect = 'unwatch' | 'activate' | 'look-later'

export interface PathNext {
  readonly state: PathState
  readonly effects: readonly PathEffect[]
}

type EventOf<Kind extends PathEvent['kind']> = Extract<PathEvent, { readonly kind: Kind }>
type Row = {
  readonly [Kind in PathEvent['kind']]?: (
    state: PathState,
    event: EventOf<Kind>,
    setting: PathSetting,
  ) => PathNext
}

export const initialPathState = (now: number): PathState => ({
  version: pathStateVersion,
  state: 'dead',
  result: 'success',
  sinceMs: now,
  reason: 'not started yet',
  triggers: [],
})

/** The state in a value that was parsed from JSON; undefined where it is of another version or none at all. */
export const readPathState = (value: unknown): PathState | undefined => {
  const state = value as Partial<PathState> | null | undefined
  if (state?.version !== pathStateVersion || !pathSubStates.includes(state.state ?? ('' as 'dead')))
    return undefined
  return { ...initialPathState(state.sinceMs ?? 0), ...(state as PathState) }
}

export const pathActiveStateOf = (state: PathSubState): ActiveState => {
  if (state === 'failed') return 'failed'
  return state === 'dead' ? 'inactive' : 'active'
}

export const nextPath = (state: PathState, event: PathEvent, setting: PathSetting): PathNext => {
  const cell = pathTable[state.state][event.kind] as
    | ((state: PathState, event: PathEvent, setting: PathSetting) => PathNext)
    | undefined
  return cell?.(state, event, setting) ?? { state, effects: [] }
}

const start = (state: PathState, { isFound, reason }: EventOf<'start'>, setting: PathSetting): PathNext => {
  const fresh: PathState = { ...state, result: 'success', triggers: [] }
  return isFound ? trigger(fresh, setting) : enter(fresh, 'waiting', reason, setting)
}

const fail = (state: PathState, { why }: EventOf<'fail'>, setting: PathSetting): PathNext =>
  enter({ ...state, result: 'resources' }, 'failed', why, setting, ['unwatch'])

const stop = (state: PathState, { reason }: EventOf<'stop'>, setting: PathSetting): PathNext =>
  enter({ ...state, result: 'success' }, 'dead', reason, setting, ['unwatch'])

const looked = (state: PathState, event: EventOf<'looked'>, setting: PathSetting): PathNext =>
  event.isFound || event.hasChanged ? trigger(state, setting) : { state, effects: [] }

const unitUp = (state: PathState, _event: EventOf<'unit-up'>, setting: PathSetting): PathNext =>
  enter(state, 'running', 'its unit was started', setting)

const unitDown = (state: PathState, { isFound }: EventOf<'unit-down'>, setting: PathSetting): PathNext =>
  isFound ? trigger(state, setting) : enter(state, 'waiting', 'its unit has ended', setting)

const notStarted = (state: PathState, { why }: EventOf<'not-started'>, setting: PathSetting): PathNext =>
  enter(state, 'waiting', why, setting, ['look-later'])

const trigger = (state: PathState, setting: PathSetting): PathNext => {
  const { limit, now } = setting
  if (isOverLimit(state.triggers, limit, now)) {
    const why = `${limit.burst} starts in ${limit.intervalMs / 1000} s: gave up`
    return enter({ ...state, result: 'trigger-limit-hit' }, 'failed', why, setting, ['unwatch'])
  }
  const triggers = [...startsInInterval(state.triggers, limit, now), now]
  const noted = { ...state, triggers, lastTriggerMs: now }
  return enter(noted, 'running', 'found', setting, ['activate'])
}

const down: Row = { start, fail, stop }

const pathTable: Readonly<Record<PathSubState, Row>> = {
  dead: down,
  failed: down,
  waiting: { ...down, looked, 'unit-up': unitUp },
  running: { ...down, 'unit-down': unitDown, 'not-started': notStarted },
}

const enter = (
  state: PathState,
  to: PathSubState,
  reason: string,
  { now }: PathSetting,
  effects: readonly PathEffect[] = [],
): PathNext => ({
  state: { ...state, state: to, reason, sinceMs: to === state.state ? state.sinceMs : now },
  effects,
})
