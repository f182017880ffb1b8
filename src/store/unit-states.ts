/** The supervisor's own memory of each unit on disk: `unit-states.jsonl`, appended to at every transition. */
import { GitprocError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import { AppendLog } from './append-log.ts'

/** What the supervisor needs of it. */
export interface UnitStateStore {
  /** As last saved. */
  load(): Promise<ReadonlyMap<string, unknown>>
  /**
   * In the kernel when it returns, so that a SIGKILL right after loses nothing; not on disk: only a crash of the host can
   * lose it, and then every process is gone as well. Never throws: a full disk must not stop supervision. What could not
   * be written is tried again with the next call.
   */
  save(unit: string, state: unknown): void
  remove(unit: string): void
  /** On disk when it resolves. Fails `store/write` while something could not be written. */
  flush(): Promise<void>
}

export interface UnitStateOptions {
  readonly log: Log
  /** Told when saving begins to fail, and `undefined` when it works again: shown by `status`. */
  readonly onTrouble?: (trouble: GitprocError | undefined) => void
}

/** The file is written anew when it is this much longer than what it says. */
const spareBytes = 1024 * 1024

/** Fails `store/read`, `store/write`. Lines that make no sense are left out and logged. */
export const openUnitStates = (path: string, options: UnitStateOptions): UnitStates => {
  const opened = AppendLog.open(path, { name: 'unit-states', version: 1 })
  const states = new Map<string, unknown>()
  let dropped = opened.dropped
  for (const { value } of opened.records) {
    if (Array.isArray(value) && typeof value[0] === 'string') put(states, value[0], value[1])
    else dropped++
  }
  if (dropped > 0) options.log.warn('records of unit states were damaged and are left out', { path, dropped })
  return new UnitStates(opened.log, states, options.onTrouble ?? (() => {}))
}

export class UnitStates implements UnitStateStore {
  readonly #log: AppendLog
  readonly #states: Map<string, unknown>
  readonly #onTrouble: (trouble: GitprocError | undefined) => void
  /** Units whose present state is not in the file, because writing failed. */
  readonly #unsaved = new Set<string>()
  #trouble: GitprocError | undefined
  #compactLength = 0

  constructor(
    log: AppendLog,
    states: Map<string, unknown>,
    onTrouble: (trouble: GitprocError | undefined) => void,
  ) {
    this.#log = log
    this.#states = states
    this.#onTrouble = onTrouble
  }

  async load(): Promise<ReadonlyMap<string, unknown>> {
    return new Map(this.#states)
  }

  save(unit: string, state: unknown): void {
    this.#put(unit, state)
  }

  remove(unit: string): void {
    if (this.#states.has(unit) || this.#unsaved.has(unit)) this.#put(unit, undefined)
  }

  async flush(): Promise<void> {
    if (this.#unsaved.size > 0) this.#write()
    if (this.#trouble !== undefined) throw this.#trouble
    await this.#log.sync()
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#log.close()
  }

  #put(unit: string, state: unknown): void {
    put(this.#states, unit, state)
    this.#unsaved.add(unit)
    this.#write()
  }

  #write(): void {
    try {
      this.#log.append([...this.#unsaved].map((unit) => [unit, this.#states.get(unit)]))
      this.#unsaved.clear()
      this.#compact()
      this.#tell(undefined)
    } catch (error) {
      if (!(error instanceof GitprocError)) throw error
      this.#tell(error)
    }
  }

  #compact(): void {
    if (this.#log.length < 2 * this.#compactLength + spareBytes) return
    this.#log.compact(this.#states, false)
    // Also where that failed: trying at every transition would cost more than the space.
    this.#compactLength = this.#log.length
  }

  #tell(trouble: GitprocError | undefined): void {
    const isNews = (trouble === undefined) !== (this.#trouble === undefined)
    this.#trouble = trouble
    if (isNews) this.#onTrouble(trouble)
  }
}

/** A state of undefined, or null once it has been through JSON, is that of a unit that was removed. */
const put = (states: Map<string, unknown>, unit: string, state: unknown): void => {
  if (state === undefined || state === null) states.delete(unit)
  else states.set(unit, state)
}
