/** The one way into a state: what is set anew there, which timers live on, and what the world is asked to do. */
import type { ServiceEffect } from './effects.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState, Timers } from './service-state.ts'
import type { SubState } from './sub-state.ts'

export interface Next {
  readonly state: ServiceState
  /** In the order in which they are to be carried out. */
  readonly effects: readonly ServiceEffect[]
}

/** What a transition may know beside state and event. */
export interface Setting {
  readonly policy: ServicePolicy
  /** Epoch milliseconds. */
  readonly now: number
}

export interface Entry {
  readonly reason: string
  /** How long the state may last; absent or Infinity: no timer. */
  readonly lastsMs?: number
  readonly effects?: readonly ServiceEffect[]
}

/** The states in which a service is up: only there the watchdog and RuntimeMaxSec= count. */
const upStates: ReadonlySet<SubState> = new Set<SubState>([
  'start-post',
  'running',
  'reload',
  'reload-signal',
  'reload-notify',
])

export const isUp = (state: SubState): boolean => upStates.has(state)

export function enter(state: ServiceState, to: SubState, setting: Setting, entry: Entry): Next {
  const { watchdogAtMs, runtimeMaxAtMs } = isUp(to) ? state.timers : {}
  const timers = armed({ phaseAtMs: deadline(setting.now, entry.lastsMs), watchdogAtMs, runtimeMaxAtMs })
  const next = { ...state, state: to, sinceMs: setting.now, reason: entry.reason, timers }
  const effects = entry.effects ?? []
  // What is held ends by no signal but SIGKILL, and reads no request to reload.
  return state.isFrozen === true && to !== 'running'
    ? { state: { ...next, isFrozen: false }, effects: [{ kind: 'thaw' }, ...effects] }
    : { state: next, effects }
}

/** The state stays, some of what is known of it changes. */
export const stay = (
  state: ServiceState,
  patch: Partial<ServiceState> = {},
  effects: readonly ServiceEffect[] = [],
): Next => ({ state: { ...state, ...patch }, effects })

/** The first failure of a run is its result: what breaks afterwards is a consequence. */
export const withResult = (state: ServiceState, result: ServiceResult, text?: string): ServiceState =>
  state.result === 'success' && result !== 'success' ? { ...state, result, resultText: text } : state

export const deadline = (now: number, ms: number | undefined): number | undefined =>
  ms === undefined || ms === Number.POSITIVE_INFINITY ? undefined : now + ms

/** Timers without those that are not armed: absent, so that two equal states are equal as JSON. */
export function armed(timers: { readonly [Key in keyof Timers]: number | undefined }): Timers {
  return Object.fromEntries(Object.entries(timers).filter(([, atMs]) => atMs !== undefined))
}
