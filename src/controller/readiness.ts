/** What a unit's status says about a deployment: good so far, not yet, or lost. */
import type { UnitStatus } from '../supervisor/unit-status.ts'

export type Readiness = 'ready' | 'pending' | 'failed'

/**
 * Ready: active with a passed health check, or ended well by itself (a oneshot that is done, a unit whose condition did not
 * hold). Failed: it will not come up by itself any more. Pending: everything between, its own restarts included.
 */
export const readinessOf = (status: UnitStatus | undefined): Readiness => {
  switch (status?.activeState) {
    case undefined:
    case 'failed':
      return 'failed'
    case 'inactive':
      return status.result === 'success' && status.assertResult !== false ? 'ready' : 'failed'
    case 'active':
    case 'reloading':
      return healthReadiness(status)
    case 'activating':
    case 'deactivating':
      return 'pending'
  }
}

/** HealthCheckAction=rollback: unhealthy is the end of its trial; otherwise its restarts go on to the deadline. */
const healthReadiness = ({ health }: UnitStatus): Readiness => {
  if (health.state === 'none' || health.state === 'healthy') return 'ready'
  return health.state === 'unhealthy' && health.isGate ? 'failed' : 'pending'
}
