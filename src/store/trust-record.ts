/** What must be remembered of the branch, so that it is judged after a restart as before it. */
import type { Revision } from '../base/revision.ts'

/** Which commits must be signed: none, the tip, or every new one. */
export type VerifyCommits = 'off' | 'head' | 'all'

export interface TrustRecord {
  /** The tip that was followed last, and how it was verified then. */
  readonly accepted?:
    | { readonly revision: Revision; readonly verified: VerifyCommits; readonly signer?: string | undefined }
    | undefined
  /** Tips that the branch was moved away from, newest first: going back to one of them is a step back, too. */
  readonly left: readonly string[]
  /** An operator's word that the branch may go to this commit although it lies not ahead. */
  readonly permit?: { readonly sha: string; readonly who: string } | undefined
  /** Rollbacks that this daemon was asked to commit, newest first: their commits bear no signature. */
  readonly rollbacks: readonly RollbackIntent[]
  /** What was followed although it was unusual; until the next ordinary move. */
  readonly warning?: { readonly text: string; readonly sinceMs: number } | undefined
}

export interface RollbackIntent {
  /** The tip on which the commit is made. */
  readonly parent: string
  /** The commit whose units it brings back. */
  readonly source: string
}

export interface TrustStore {
  now(): TrustRecord
  /** Durable when it resolves. */
  change(change: (record: TrustRecord) => TrustRecord): Promise<void>
}

export const nothingTrusted: TrustRecord = { left: [], rollbacks: [] }
