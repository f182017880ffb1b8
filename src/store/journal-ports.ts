/** What the controller needs of the records that must survive: generations, holds, rejections, orders. */
import type { Generation, GenerationOutcome, Hold, Orders, Rejection } from './records.ts'

export type NewGeneration = Pick<Generation, 'revision' | 'signedBy' | 'origin' | 'plan' | 'startedAtMs'>

export interface Ending {
  readonly outcome: GenerationOutcome
  readonly reason: string | undefined
  readonly endedAtMs: number
}

/** Durable when a promise resolves; calls made at the same time share one fsync. */
export interface GenerationStore {
  /** Numbers the generation and writes it, outcome `Progressing`. */
  begin(generation: NewGeneration): Promise<number>
  stepStarted(generation: number, unit: string, atMs: number): Promise<void>
  stepEnded(generation: number, unit: string, result: string, atMs: number): Promise<void>
  finish(generation: number, ending: Ending): Promise<void>
  /** The newest `limit` generations, newest first. */
  latest(limit: number): readonly Generation[]
}

export interface HoldStore {
  all(): readonly Hold[]
  get(unit: string): Hold | undefined
  set(hold: Hold): Promise<void>
  remove(unit: string): Promise<void>
}

export interface RejectionStore {
  all(): readonly Rejection[]
  add(rejections: readonly Rejection[]): Promise<void>
  /** Forgets what was rejected of these units: their definition changed, or somebody asked to try again. */
  remove(units: readonly string[]): Promise<void>
}

/** Suspension, pin, confirmation, declined revisions: one document, so that what belongs together changes together. */
export interface OrderStore {
  now(): Orders
  /** Durable when it resolves; changes made at the same time are made one after the other. */
  change(change: (orders: Orders) => Orders): Promise<void>
}
