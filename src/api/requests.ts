/**
 * The other half of the contract: what the daemon is asked to do (POST), and what it answers. Types only, as in `contract.ts`.
 */
import type { LogLevel } from '../base/log.ts'
import type { Revision } from '../base/revision.ts'
import type { Plan } from '../plan/plan.ts'
import type { Confirmation, Generation } from '../store/records.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import type { ErrorAnswer, SyncReason, SyncStatus } from './contract.ts'

/** POST /v1/units/NAME/VERB, with who asks. */
export type UnitVerb = 'start' | 'stop' | 'restart' | 'reload' | 'kill' | 'send' | 'freeze' | 'thaw'

export interface VerbRequest {
  readonly who: string
  readonly reason?: string
  /** Of a stop: false lets the next commit that changes the unit start it again. Default true. */
  readonly hold?: boolean
  /** Of a stop: epoch ms at which the hold ends by itself, and the unit comes up again if it was up. */
  readonly untilMs?: number
  /** Wait for the outcome instead of only for the request to be taken. */
  readonly wait?: boolean
  readonly signal?: string
  readonly whom?: 'main' | 'control' | 'all'
  /** Of a send: what to write to the unit's pipe, as base64. */
  readonly data?: string
}

export interface VerbAnswer {
  readonly unit: string
  readonly outcome: 'ready' | 'done' | 'failed' | 'superseded' | 'accepted'
  readonly reason: string | undefined
  readonly status: UnitStatus
}
/** POST /v1/verbs/VERB with `units`: the same for many; each has an answer or an error of its own, in their order. */
export type ManyVerbsAnswer = { readonly answers: readonly (VerbAnswer | ErrorAnswer)[] }

/** POST /v1/sync */
export interface SyncRequest {
  readonly who: string
  readonly wait?: boolean
  /** Try again what was rejected or refused. */
  readonly retry?: boolean
  /** Go ahead although the commit removes more than `prune_limit`. */
  readonly prune?: boolean
  /** Go ahead although no sync window is open, or commits are suspended. */
  readonly now?: boolean
  /** Only the plan of this hash. */
  readonly plan?: string
  /** The branch may be where it is now, although it was moved back or rewritten. */
  readonly allowRewind?: boolean
  /** Take it back unless it is confirmed within this time. */
  readonly confirmWithinMs?: number
  /** How long ago it was asked for: what failed since then is not tried again, for nobody knew of it. Default 0. */
  readonly agoMs?: number
}
export interface SyncAnswer {
  readonly sync: SyncStatus
  readonly syncReason?: SyncReason | undefined
  /** Why the commit is not applied, where it waits for something. */
  readonly waits?: { readonly why: string; readonly remedy: string } | undefined
  /** What has to be confirmed, where it was asked so. */
  readonly confirmation?: Confirmation | undefined
  readonly revision: Revision | undefined
  readonly generation: Generation | undefined
}

/** POST /v1/rollback */
export interface RollbackRequest {
  readonly who: string
  /** Undefined: the last healthy generation before this one. */
  readonly revision?: string
  /** Make no commit: this host stays at the revision until `resume`, whatever the branch says. */
  readonly pin?: boolean
  readonly reason?: string
  /** Only say what would be done. */
  readonly dryRun?: boolean
  readonly wait?: boolean
}
export interface RollbackAnswer {
  readonly to: Revision
  /** The commit made; undefined on a dry run, and for a pin. */
  readonly commit: Revision | undefined
  readonly plan: Plan
  readonly generation: Generation | undefined
  /** What was applied instead, where something newer came before the commit's turn. */
  readonly overtakenBy?: Revision | undefined
}

/** POST /v1/cancel, /v1/confirm, /v1/resume */
export interface OperationRequest {
  readonly who: string
  readonly reason?: string
}
/** POST /v1/suspend */
export interface SuspendRequest extends OperationRequest {
  /** Epoch ms at which it ends by itself. */
  readonly untilMs?: number
}
export interface OperationAnswer {
  /** What is so now, in English. */
  readonly text: string
  /** The command that comes next. */
  readonly remedy: string | undefined
}

/** POST /v1/shutdown: ends the daemon; services go on. */
export interface ShutdownRequest {
  readonly who: string
}
export interface ShutdownAnswer {
  readonly isEnding: true
}

/** GET /v1/log-level: of the daemon's own log. POST: changes it until the daemon ends. */
export interface LogLevelRequest {
  readonly who: string
  readonly level: LogLevel
}
export interface LogLevelAnswer {
  readonly level: LogLevel
}
