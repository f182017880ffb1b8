/** What must survive the daemon, as it is kept on disk: versioned JSON, written tmp + fsync + rename, or appended lines. */
import type { Revision } from '../base/revision.ts'
import type { Plan, Step } from '../plan/plan.ts'

export type GenerationOutcome = 'Progressing' | 'Healthy' | 'Degraded' | 'RolledBack' | 'Superseded' | 'Refused'

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
}

/** A definition that failed: not applied again until it changes. */
export interface Rejection {
  readonly unit: string
  readonly hash: string
  readonly revision: string
  readonly reason: string
  readonly atMs: number
}
