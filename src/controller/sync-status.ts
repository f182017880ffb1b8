/** Sync in Argo CD's words: whether what is applied is what the branch asks for, and if not, why. */
import type { SyncReason, SyncStatus } from '../api/contract.ts'
import type { Revision } from '../base/revision.ts'
import type { GenerationOutcome } from '../store/records.ts'

export interface SyncFacts {
  /** The branch's tip, or why it could not be read. */
  readonly head: Revision | { readonly problem: 'BranchMissing' | 'Unknown' }
  readonly applied: Revision | undefined
  /** Outcome of the newest generation that was made for the tip. */
  readonly outcomeOfHead: GenerationOutcome | undefined
  readonly isDeploying: boolean
  /** Why the tip is not applied, where it waits for something that a person decides, or for a time. */
  readonly waitsFor?: 'Suspended' | 'Pinned' | 'OutsideWindow' | 'PruneGuard' | 'Unconfirmed' | undefined
  /** The tip was declined by a person. */
  readonly isDeclined?: boolean
  readonly holds: number
  /** Units that the tip removed and that have not ended. */
  readonly leftOver: number
  /** Rejected definitions that the tip still asks for. */
  readonly rejections: number
}

export interface Sync {
  readonly sync: SyncStatus
  readonly syncReason: SyncReason | undefined
}

export const syncStatus = (facts: SyncFacts): Sync => {
  if ('problem' in facts.head) {
    return facts.head.problem === 'BranchMissing'
      ? outOfSync('BranchMissing')
      : { sync: 'Unknown', syncReason: undefined }
  }
  const isElsewhere = facts.applied?.sha !== facts.head.sha
  if (facts.waitsFor === 'Unconfirmed') return outOfSync('Unconfirmed')
  if (facts.isDeploying) return outOfSync('Progressing')
  if (facts.waitsFor !== undefined && isElsewhere) return outOfSync(facts.waitsFor)
  if (facts.isDeclined) return outOfSync('RolledBack')
  if (facts.outcomeOfHead === 'Refused') return outOfSync('Refused')
  if (facts.outcomeOfHead === 'RolledBack' || facts.rejections > 0) return outOfSync('RolledBack')
  // One that was cut short has yet to go on as another generation.
  const isUnderWay = facts.outcomeOfHead === 'Progressing' || facts.outcomeOfHead === 'Superseded'
  if (isUnderWay || isElsewhere) return outOfSync('Progressing')
  if (facts.leftOver > 0) return outOfSync('Diverged')
  return facts.holds > 0 ? outOfSync('Held') : { sync: 'Synced', syncReason: undefined }
}

const outOfSync = (syncReason: SyncReason): Sync => ({ sync: 'OutOfSync', syncReason })
