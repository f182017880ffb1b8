/** What came of a sync, as an exit status: pure. */
import type { SyncAnswer } from '../api/requests.ts'
import { exitStatuses } from './exit-status.ts'

/** A held unit is somebody's wish, no failure; so is a deployment that has yet to be confirmed. */
export const isGood = ({ sync, syncReason, generation, waits, confirmation }: SyncAnswer): boolean => {
  if (confirmation !== undefined) return true
  const isThere = sync === 'Synced' || syncReason === 'Held'
  return waits === undefined && isThere && (generation === undefined || generation.outcome === 'Healthy')
}

export const syncStatusOf = (answer: SyncAnswer): number => {
  if (answer.waits !== undefined) return exitStatuses.waits.status
  return isGood(answer) ? exitStatuses.done.status : exitStatuses.failed.status
}
