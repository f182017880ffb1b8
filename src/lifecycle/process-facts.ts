/** What is noted when a process of the unit appears or ends. */
import type { ServiceEffect } from './effects.ts'
import type { EventOf } from './events.ts'
import { mainVerdict } from './exit-verdict.ts'
import type { ServiceState } from './service-state.ts'
import { type Setting, withResult } from './transition.ts'

export function withMainExit(
  state: ServiceState,
  record: EventOf<'main-exited'>['record'],
  policy: Setting['policy'],
): ServiceState {
  const result = mainVerdict(record, state.main?.index ?? 0, policy)
  return withResult({ ...state, main: undefined, mainExit: record, lastExit: record }, result)
}

export function withSpawned(
  state: ServiceState,
  { kind, process }: EventOf<'main-spawned' | 'control-spawned'>,
  { now }: Setting,
): ServiceState {
  if (kind === 'control-spawned') {
    return { ...state, control: state.control && { ...state.control, process } }
  }
  const invocation = state.invocation && { ...state.invocation, mainStartedAtMs: now }
  return { ...state, main: state.main && { ...state.main, process }, invocation }
}

export const hasProcess = (state: ServiceState): boolean =>
  state.main !== undefined || state.control !== undefined

export const launchesMain = (effects: readonly ServiceEffect[]): boolean =>
  effects.some((effect) => effect.kind === 'launch' && effect.as === 'main')

/** A run is of the definition that its main process is launched from: a newer one may have come while it was starting. */
export const runningAt = (state: ServiceState, revision: string): ServiceState =>
  state.invocation === undefined || state.invocation.revision === revision
    ? state
    : { ...state, invocation: { ...state.invocation, revision } }
