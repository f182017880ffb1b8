/** When those who asked for a start, stop or reload have their answer. */

import type { HealthRecord } from './health.ts'
import { canReload } from './reloading.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { ServiceState } from './service-state.ts'

/** What somebody waits for. */
export type Wish = 'up' | 'down' | 'reloaded'

export type WishOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }

/** Undefined: it is not decided yet. */
export function outcomeOf(
  wish: Wish,
  state: ServiceState,
  health: HealthRecord | undefined,
): WishOutcome | undefined {
  switch (wish) {
    case 'up':
      return startOutcome(state, health)
    case 'down':
      return isDown(state) ? { kind: 'done' } : undefined
    case 'reloaded':
      return reloadOutcome(state)
  }
}

export const isDown = (state: ServiceState): boolean => state.state === 'dead' || state.state === 'failed'

/** Ready in the sense of After=: up, and healthy where it has a health check. */
export const isReady = (state: ServiceState, health: HealthRecord | undefined): boolean =>
  isStarted(state) && (health === undefined || health.state === 'healthy')

const isStarted = ({ state }: ServiceState): boolean =>
  state === 'running' || state === 'exited' || state.startsWith('reload')

function startOutcome(state: ServiceState, health: HealthRecord | undefined): WishOutcome | undefined {
  if (isReady(state, health)) return { kind: 'ready' }
  if (isStarted(state) && health?.state === 'unhealthy')
    return { kind: 'failed', reason: `unhealthy: ${health.detail}` }
  switch (state.state) {
    case 'dead':
      return state.assertResult ? { kind: 'done' } : { kind: 'failed', reason: state.reason }
    case 'failed':
      return { kind: 'failed', reason: state.reason }
    case 'auto-restart':
      // The attempt that was waited for has ended; what Restart= makes of it is another start.
      return state.result === 'success' ? { kind: 'done' } : { kind: 'failed', reason: state.reason }
    default:
      return undefined
  }
}

function reloadOutcome(state: ServiceState): WishOutcome | undefined {
  if (state.state.startsWith('reload')) return undefined
  if (!isStarted(state)) return { kind: 'failed', reason: state.reason }
  return state.reload.result === 'success' ? { kind: 'ready' } : { kind: 'failed', reason: state.reason }
}

/** Why a reload can't even be tried; undefined where it can. */
export function reloadProblem(state: ServiceState, policy: ServicePolicy): string | undefined {
  if (!canReload(policy)) return 'it has no ExecReload='
  return isStarted(state) ? undefined : `it is ${state.state}, not running`
}
