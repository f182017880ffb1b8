/** Health in Argo CD's words: of a unit, and of all of them together, the worst one counts. */
import type { Health } from '../api/contract.ts'
import type { Hold } from '../store/records.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import { readinessOf } from './readiness.ts'

const fromBestToWorst: readonly Health[] = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
]

export const unitHealth = (
  status: UnitStatus | undefined,
  hold: Hold | undefined,
  isWanted: boolean,
): Health => {
  if (hold) return 'Suspended'
  if (status === undefined) return isWanted ? 'Missing' : 'Healthy'
  if (status.activeState === 'inactive' && status.invocationId === undefined)
    return isWanted ? 'Missing' : 'Healthy'
  if (status.health.state === 'unhealthy') return 'Degraded'
  const readiness = readinessOf(status)
  if (readiness === 'ready') return 'Healthy'
  return readiness === 'pending' ? 'Progressing' : 'Degraded'
}

export const worstHealth = (healths: readonly Health[]): Health =>
  fromBestToWorst[Math.max(0, ...healths.map((health) => fromBestToWorst.indexOf(health)))]!
