/**
 * The contract between the daemon and whoever talks to it: routes, queries and answers, JSON over HTTP on the unix socket.
 * Both sides import these types, and those of `requests.ts`, and nothing else of each other.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Revision } from '../base/revision.ts'
import type { Plan } from '../plan/plan.ts'
import type { EventRecord, NewEvent } from '../store/event-record.ts'
import type { Confirmation, Generation, Hold, Pin, Suspension } from '../store/records.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'

/** Part of answers, so part of the contract. */
export type { Generation, GenerationOutcome, StepRecord } from '../store/records.ts'
/** GET /v1/units/NAME/security; GET /v1/security: a list of them, the most exposed first. */
export type { UnitSecurity } from '../supervisor/security/unit-security.ts'

export type SyncStatus = 'Synced' | 'OutOfSync' | 'Unknown'
export type SyncReason =
  | 'Held'
  | 'Diverged'
  | 'BranchMissing'
  | 'Refused'
  | 'RolledBack'
  | 'Progressing'
  | 'Suspended'
  | 'Pinned'
  | 'OutsideWindow'
  | 'PruneGuard'
  | 'Unconfirmed'
export type Health = 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded' | 'Unknown'

/** GET /v1/status */
export interface StatusAnswer {
  readonly daemon: { readonly version: string; readonly pid: number; readonly startedAtMs: number }
  readonly repository: {
    readonly path: string
    readonly branch: string
    readonly uncommitted: readonly string[]
    /** Undefined for a repository of this machine. */
    readonly remote?: RemoteAnswer | undefined
  }
  /** What is applied now; undefined before the first one. */
  readonly revision: Revision | undefined
  /** The tip of the branch where it is not what is applied. */
  readonly pending: Pending | undefined
  readonly sync: SyncStatus
  readonly syncReason: SyncReason | undefined
  readonly health: Health
  readonly generation: number | undefined
  /** What people asked of the whole, and what stands until it ends. */
  readonly orders?: {
    readonly suspension: Suspension | undefined
    readonly pin: Pin | undefined
    readonly confirmation: Confirmation | undefined
  }
  readonly units: readonly UnitView[]
  readonly diagnostics: readonly Diagnostic[]
  /** Trouble at the source or on the host: what, since when, what happens next. */
  readonly notices: readonly Notice[]
  /** What this host can't enforce. */
  readonly limitations: readonly string[]
}

export interface Pending {
  readonly revision: Revision
  /** In English: why it is not applied, or that it is being applied. */
  readonly why: string
  readonly isBeingApplied?: boolean
  /** The command that helps. */
  readonly remedy?: string | undefined
}

export interface RemoteAnswer {
  readonly url: string
  /** When it last said where the branch is. */
  readonly seenAtMs: number | undefined
  /** When it is asked again by itself; undefined while it is being asked. */
  readonly nextLookAtMs: number | undefined
}

export interface Notice {
  /** Of trouble at the source: one of docs/errors.md. */
  readonly code?: string | undefined
  readonly text: string
  readonly sinceMs: number
  /** When it is tried again by itself. */
  readonly nextTryAtMs?: number | undefined
  /** The command that helps. */
  readonly remedy: string | undefined
}

/** GET /v1/units/NAME, and in lists. */
export interface UnitView extends UnitStatus {
  readonly hold: Hold | undefined
  readonly isWanted: boolean
  /** Commit that last changed its definition. */
  readonly changedIn: Revision | undefined
  readonly needs: readonly string[]
  readonly wantedBy: readonly string[]
  /** Units that it starts after, and stops before. */
  readonly after: readonly string[]
  readonly file: string | undefined
}

/** GET /v1/history?unit=NAME&limit=N */
export interface HistoryAnswer {
  readonly generations: readonly Generation[]
  readonly current: number | undefined
}

/** GET /v1/plan?revision=REV: against what runs. */
export interface PlanAnswer {
  readonly plan: Plan
  readonly commits: readonly Revision[]
  readonly diagnostics: readonly Diagnostic[]
  /** It is the plan of what a sync would apply: of the tip of the branch, made by the daemon. */
  readonly isNext: boolean
  /** Why it would not be applied by itself just now. */
  readonly waits?: { readonly why: string; readonly remedy: string } | undefined
}

/** GET /v1/units/NAME/why */
export interface WhyAnswer {
  readonly unit: string
  readonly paragraph: string
  readonly remedy: string | undefined
}

/** GET /v1/units/NAME/metrics?points=N: the last hour, oldest first; nothing of the time in which it did not run. */
export interface UnitMetricsAnswer {
  readonly unit: string
  readonly memoryPeakBytes: number | undefined
  readonly points: readonly MetricsPoint[]
}

/** What is undefined, this host can't tell. */
export interface MetricsPoint {
  readonly atMs: number
  /** 1: one core was busy all the time. */
  readonly cpuCores: number | undefined
  readonly memoryBytes: number | undefined
  readonly tasks: number | undefined
  readonly ioReadBytesPerSecond: number | undefined
  readonly ioWriteBytesPerSecond: number | undefined
}

/** GET /v1/logs: where the files lie, so that the command line reads them itself. */
export interface LogFilesAnswer {
  readonly directory: string
  readonly units: readonly string[]
}

/** GET /v1/events: one Server-Sent Event each. */
export interface EventMessage extends NewEvent {
  /** Counts up over restarts of the daemon. */
  readonly seq?: number
}

/** GET /v1/events/past?limit=N&unit=NAME&since=MS&until=MS: the newest so many, oldest first. */
export interface EventsAnswer {
  readonly events: readonly EventRecord[]
}

/** GET /v1/at?time=MS: what was in force at that time. */
export interface AtAnswer {
  readonly atMs: number
  /** The newest that had been applied by then. */
  readonly generation: Generation | undefined
  readonly units: readonly UnitAt[]
  /** False where the records on hand begin after something that was in force. */
  readonly isWhole: boolean
}

export interface UnitAt {
  readonly name: string
  /** SHA of the commit whose definition was in force. */
  readonly revision: string
  /** As far as events on hand say. */
  readonly activeState: string | undefined
  readonly subState: string | undefined
  readonly sinceMs: number | undefined
  /** What happened to it last. */
  readonly text: string | undefined
}

/** Any answer with status 4xx or 5xx. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly remedy: string | undefined
    readonly diagnostics?: readonly Diagnostic[]
  }
}
