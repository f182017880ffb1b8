/** The end of one unit's log, kept up to date: read from the files, as `gitproc logs -f` does. */
import { readLogs } from '../../logs/read.ts'
import { paneLine } from './pane-line.ts'
import type { PaneLine } from './top-state.ts'

export interface LogTailOptions {
  readonly directory: string
  readonly isUtc: boolean
  /** There are other lines than before. */
  readonly changed: () => void
}

/** More than most screens show. */
const keptLines = 200

export class LogTail {
  readonly #options: LogTailOptions
  #unit: string | undefined
  #reading = new AbortController()
  #lines: PaneLine[] = []

  constructor(options: LogTailOptions) {
    this.#options = options
  }

  get lines(): readonly PaneLine[] {
    return this.#lines.slice(-keptLines)
  }

  /** Undefined: of none. */
  follow(unit: string | undefined): void {
    if (unit === this.#unit) return
    this.#reading.abort()
    this.#reading = new AbortController()
    this.#unit = unit
    this.#lines = []
    if (unit !== undefined) void this.#read(unit, this.#reading.signal)
  }

  close(): void {
    this.#reading.abort()
  }

  async #read(unit: string, signal: AbortSignal): Promise<void> {
    const { directory, isUtc } = this.#options
    const query = { directory, units: [{ name: unit }], lines: keptLines, follow: true, signal }
    try {
      for await (const line of readLogs(query)) {
        if (signal.aborted) return
        this.#add(paneLine(line, isUtc))
      }
    } catch (error) {
      if (!signal.aborted) this.#add({ text: (error as Error).message, kind: 'err' })
    }
  }

  #add(line: PaneLine): void {
    this.#lines.push(line)
    if (this.#lines.length > 2 * keptLines) this.#lines.splice(0, keptLines)
    this.#options.changed()
  }
}
