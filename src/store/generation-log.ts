/**
 * What the journal of generations is made of, and how its records fold into generations. Pure.
 *
 *     {generation: {number, revision, …}}      begun; or, after compaction, all that is known of it
 *     {number, unit, startedAtMs}              a step began
 *     {number, unit, endedAtMs, result}        a step ended
 *     {number, outcome, reason, endedAtMs}     the generation ended
 */
import type { NewGeneration } from './journal-ports.ts'
import type { Generation, GenerationOutcome, StepRecord } from './records.ts'

export type GenerationRecord =
  | { readonly generation: StoredGeneration }
  | { readonly number: number; readonly unit: string; readonly startedAtMs: number }
  | { readonly number: number; readonly unit: string; readonly endedAtMs: number; readonly result: string }
  | {
      readonly number: number
      readonly outcome: GenerationOutcome
      readonly reason?: string | undefined
      readonly endedAtMs: number
    }

/** A generation on disk: its steps' times stand beside the plan, which holds the steps themselves. */
export type StoredGeneration = Omit<Generation, 'steps'> & {
  readonly times?: Readonly<Record<string, StepTimes>>
}

type StepTimes = Pick<StepRecord, 'startedAtMs' | 'endedAtMs' | 'result'>

const notBegun: StepTimes = { startedAtMs: undefined, endedAtMs: undefined, result: undefined }

/** One generation while records are put on top of it: a step costs the same however many there are. */
export class GenerationEntry {
  #stored: StoredGeneration
  readonly #times: Map<string, StepTimes>
  #view: Generation | undefined

  constructor(stored: StoredGeneration) {
    this.#stored = stored
    this.#times = new Map(Object.entries(stored.times ?? {}))
  }

  /** As it is now; the same object until something changes. */
  get generation(): Generation {
    this.#view ??= viewOf(this.#stored, this.#times)
    return this.#view
  }

  add(record: Exclude<GenerationRecord, { generation: unknown }>): void {
    this.#view = undefined
    if ('outcome' in record) {
      const { outcome, reason, endedAtMs } = record
      this.#stored = { ...this.#stored, outcome, reason, endedAtMs }
    } else {
      const { number: _number, unit, ...times } = record
      this.#times.set(unit, { ...(this.#times.get(unit) ?? notBegun), ...times })
    }
  }

  /** The one record that says all of it. */
  get record(): GenerationRecord {
    return { generation: { ...this.#stored, times: Object.fromEntries(this.#times) } }
  }
}

/** A generation as it begins. Steps that keep a unit are left out: they would make every record as long as the fleet. */
export const begunGeneration = (number: number, begun: NewGeneration): StoredGeneration => ({
  number,
  revision: begun.revision,
  ...(begun.signedBy === undefined ? {} : { signedBy: begun.signedBy }),
  origin: begun.origin,
  plan: { ...begun.plan, steps: begun.plan.steps.filter((step) => step.verb !== 'keep') },
  outcome: 'Progressing',
  reason: undefined,
  startedAtMs: begun.startedAtMs,
  endedAtMs: undefined,
})

export const isGenerationRecord = (value: unknown): value is GenerationRecord => {
  const record = value as {
    generation?: { number?: unknown; plan?: { steps?: unknown } }
    number?: unknown
  } | null
  if (typeof record !== 'object' || record === null) return false
  if (record.generation === undefined) return typeof record.number === 'number'
  return typeof record.generation.number === 'number' && Array.isArray(record.generation.plan?.steps)
}

/** Puts one record on top of what is known; a record of a generation that is gone changes nothing. */
export const foldRecord = (generations: Map<number, GenerationEntry>, record: GenerationRecord): void => {
  if ('generation' in record)
    generations.set(record.generation.number, new GenerationEntry(record.generation))
  else generations.get(record.number)?.add(record)
}

const viewOf = (
  { times: _times, ...stored }: StoredGeneration,
  times: ReadonlyMap<string, StepTimes>,
): Generation => ({
  ...stored,
  // JSON has no undefined: what was left out is put back by name.
  plan: { ...stored.plan, from: stored.plan.from },
  reason: stored.reason,
  endedAtMs: stored.endedAtMs,
  steps: stored.plan.steps.map((step) => ({ ...notBegun, ...times.get(step.unit), step })),
})
