/** What must survive the daemon, as it is kept on disk: versioned JSON, written tmp + fsync + rename, or appended lines. */
import type { Revision } from '../base/revision.ts'
import type { Plan, Step } from '../plan/plan.ts'

export type GenerationOutcome =
  | 'Progressing'
  | 'Healthy'
  | 'Degraded'
  | 'RolledBack'
  | 'Superseded'
  | 'Refused'

export interface StepRecord {
  readonly step: Step
  readonly startedAtMs: number | undefined
  readonly endedAtMs: number | undefined
  /** `ready`, `done`, or what went wrong. */
  readonly result: string | undefined
}

export interface Generation {
  readonly number: number
  readonly revision: Revision
  /** Who signed the revision, where commits must be signed: the words of the file that trusts the key. */
  readonly signedBy?: string | undefined
  /** `commit`, `rollback`, `automatic rollback`, `boot`: why this generation exists. */
  readonly origin: string
  readonly plan: Plan
  readonly steps: readonly StepRecord[]
  readonly outcome: GenerationOutcome
  /** In English: what failed, or undefined. */
  readonly reason: string | undefined
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
}

/** A person's stop that outlives commits and restarts. */
export interface Hold {
  readonly unit: string
  readonly who: string
  readonly sinceMs: number
  readonly reason: string | undefined
  /** Epoch ms at which it ends by itself; without it a person ends it. */
  readonly untilMs?: number | undefined
  /** Whether the unit was up when it was stopped, and so comes up again when the hold ends by itself. */
  readonly startsAgain?: boolean
}

/** No commit is applied; what runs is supervised as ever. */
export interface Suspension {
  readonly who: string
  readonly sinceMs: number
  readonly reason: string | undefined
  /** Epoch ms at which it ends by itself; undefined: a person ends it. */
  readonly untilMs: number | undefined
}

/** This host stays at one revision, whatever the branch says. */
export interface Pin {
  readonly sha: string
  readonly who: string
  readonly sinceMs: number
  readonly reason: string | undefined
  /** The pin in force before, which comes back when the way to this one is cancelled. */
  readonly replaces?: Pin | undefined
}

/** A deployment that is taken back unless somebody confirms it in time. */
export interface Confirmation {
  readonly sha: string
  readonly who: string
  readonly sinceMs: number
  readonly dueAtMs: number
}

/** A revision that is not applied again unless somebody asks for it: cancelled, or not confirmed. */
export interface Declined {
  readonly sha: string
  readonly reason: string
  readonly atMs: number
}

/** What people asked of the whole, and what stands until it ends. */
export interface Orders {
  readonly suspension?: Suspension | undefined
  readonly pin?: Pin | undefined
  readonly confirmation?: Confirmation | undefined
  readonly declined: readonly Declined[]
}

/** A definition that failed: not applied again until it changes. */
export interface Rejection {
  readonly unit: string
  /** Of the definition; empty where it is the removal of the unit that stays out. */
  readonly hash: string
  readonly revision: string
  readonly reason: string
  readonly atMs: number
}

/** One unit's definition as last applied: enough to run it again, and to tell what a commit changes, without git. */
export interface AppliedUnit {
  readonly name: string
  /** SHA of the revision that brought this definition. */
  readonly revision: string
  readonly hash: string
  /** Canonical settings (`plan/canonical.ts`). */
  readonly settings: Readonly<Record<string, string>>
  /** Units that it was ordered after. */
  readonly orderedAfter: readonly string[]
  /** Fragment, template, links and drop-ins it was loaded from: path in the watched folder → entry. */
  readonly files: Readonly<Record<string, AppliedFile>>
  /**
   * Set while the move from an earlier definition is under way: what ran before. Gone once the step has ended, so that
   * a daemon killed in between knows to finish it.
   */
  readonly previous?:
    | {
        readonly hash: string
        readonly settings: Readonly<Record<string, string>>
        /** Its run at that time: another one by now means that the move was made, whatever the definition. */
        readonly invocationId?: string | undefined
      }
    | undefined
}

export type AppliedFile =
  | { readonly kind: 'file'; readonly id: string; readonly isExecutable: boolean }
  | { readonly kind: 'link'; readonly id: string; readonly target: string }
