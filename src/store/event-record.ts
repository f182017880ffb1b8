/** What happened, as it is kept: who, what, when, why. */
import type { GenerationOutcome } from './records.ts'

/** `unit`: a unit changed its state. `generation`: a deployment ended. `operator`: a person asked for something. `notice`: trouble, or its end. */
export type EventKind = 'unit' | 'generation' | 'operator' | 'notice'

export interface NewEvent {
  readonly kind: EventKind
  /** What, in one line. */
  readonly text: string
  readonly atMs: number
  readonly unit?: string | undefined
  readonly who?: string | undefined
  /** In English, where the text does not say it. */
  readonly why?: string | undefined
  /** SHA of the commit that it is about. */
  readonly revision?: string | undefined
  readonly generation?: number | undefined
  readonly outcome?: GenerationOutcome | undefined
  /** Of a unit: as it is from then on. */
  readonly activeState?: string | undefined
  readonly subState?: string | undefined
  /** Present where people want to be told, wherever they are. */
  readonly topic?: Topic | undefined
  /** Nobody is told on their own of what belongs to a deployment: its outcome says it. */
  readonly isPartOfDeployment?: true | undefined
  /** Of trouble: its code, so that other words for the same are no news. */
  readonly code?: string | undefined
}

/** What notifications are about: a generation's end, a unit that gave up or is back, trouble at the source or its end. */
export type Topic = 'generation' | 'unit-failed' | 'unit-recovered' | 'source-trouble' | 'source-restored'

export interface EventRecord extends NewEvent {
  /** Counts up over restarts. */
  readonly seq: number
}

export interface EventQuery {
  /** The newest so many. */
  readonly limit: number
  readonly unit?: string | undefined
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
}

export interface EventJournal {
  /** Numbered at once; on disk soon. Never fails: what happened must not be undone by a full disk. */
  append(event: NewEvent): EventRecord
  /** Those with a topic, oldest first: kept in memory, since every daemon begins with them. */
  told(): readonly EventRecord[]
  /** Oldest first. */
  read(query: EventQuery): readonly EventRecord[]
}
