/** The journal of generations on disk: `generations.jsonl`. */
import type { Log } from '../base/log.ts'
import { AppendLog } from './append-log.ts'
import {
  begunGeneration,
  foldRecord,
  type GenerationEntry,
  type GenerationRecord,
  isGenerationRecord,
} from './generation-log.ts'
import type { Ending, GenerationStore, NewGeneration } from './journal-ports.ts'
import type { Generation } from './records.ts'

/** How many generations are kept at least; so many more may gather before the file is written anew. */
const keptGenerations = 1000
const spareGenerations = 250

/** Fails `store/read`, `store/write`. Lines that make no sense are left out and logged. */
export const openGenerations = (path: string, log: Log): Generations => {
  const opened = AppendLog.open(path, { name: 'generations', version: 1 })
  const generations = new Map<number, GenerationEntry>()
  const records = opened.records.map(({ value }) => value).filter(isGenerationRecord)
  for (const record of records) foldRecord(generations, record)
  const dropped = opened.dropped + opened.records.length - records.length
  if (dropped > 0) log.warn('records of the history were damaged and are left out', { path, dropped })
  return new Generations(opened.log, generations)
}

export class Generations implements GenerationStore {
  readonly #log: AppendLog
  /** By number, the oldest first. */
  readonly #generations: Map<number, GenerationEntry>
  #last: number

  constructor(log: AppendLog, generations: Map<number, GenerationEntry>) {
    this.#log = log
    this.#generations = generations
    this.#last = Math.max(0, ...generations.keys())
  }

  async begin(generation: NewGeneration): Promise<number> {
    const number = this.#last + 1
    this.#compact()
    await this.#append({ generation: begunGeneration(number, generation) }, () => {
      this.#last = number
    })
    return number
  }

  stepStarted(number: number, unit: string, startedAtMs: number): Promise<void> {
    return this.#append({ number, unit, startedAtMs })
  }

  stepEnded(number: number, unit: string, result: string, endedAtMs: number): Promise<void> {
    return this.#append({ number, unit, endedAtMs, result })
  }

  finish(number: number, ending: Ending): Promise<void> {
    return this.#append({ number, ...ending })
  }

  latest(limit: number): readonly Generation[] {
    if (limit <= 0) return []
    const newest = [...this.#generations.values()].slice(-limit).reverse()
    return newest.map((entry) => entry.generation)
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  /** Known to readers once it is in the kernel, promised to the caller once it is on disk. */
  async #append(record: GenerationRecord, then = (): void => {}): Promise<void> {
    this.#log.append([record])
    foldRecord(this.#generations, record)
    then()
    await this.#log.sync()
  }

  #compact(): void {
    if (this.#generations.size < keptGenerations + spareGenerations) return
    const kept = [...this.#generations].slice(-keptGenerations)
    if (
      this.#log.compact(
        kept.map(([, entry]) => entry.record),
        true,
      ) === undefined
    )
      return
    const oldest = kept[0]?.[0] ?? 0
    for (const number of this.#generations.keys()) if (number < oldest) this.#generations.delete(number)
  }
}
