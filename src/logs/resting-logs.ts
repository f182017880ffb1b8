/**
 * Logs of units that are not open here: they are gone, or do not run. Nobody appends to them, so that they can be removed as
 * a whole; what a person may still want to read of them is bounded by the same age and the same total as everything else.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { unitsWithLogs } from './unit-directory.ts'

export interface RestingLogsOptions {
  /** LOGS */
  readonly directory: string
  readonly clock: Clock
  readonly log: Log
  /** Infinity for never. */
  readonly maxAgeMs: number
  readonly isOpen: (unit: string) => boolean
}

interface RestingLog {
  readonly unit: string
  /** When the last of its files was written to. */
  readonly writtenAtMs: number
  /** As the disk counts it. */
  readonly bytes: number
}

/** One that was written to later than that may have a writer of which we do not know. */
const certainlyRestingMs = 3_600_000

export class RestingLogs {
  private readonly options: RestingLogsOptions

  constructor(options: RestingLogsOptions) {
    this.options = options
  }

  /** Removes what is older than the age of all others. */
  expire(): void {
    const { clock, maxAgeMs } = this.options
    const before = clock.now() - Math.max(maxAgeMs, certainlyRestingMs)
    for (const resting of this.oldestFirst()) {
      if (resting.writtenAtMs < before) this.remove(resting, 'it is older than log_max_age')
    }
  }

  /** Removes the oldest until so many bytes are free; gives how many it were. */
  shrink(bytes: number): number {
    let freed = 0
    for (const resting of this.oldestFirst()) {
      if (freed >= bytes || resting.writtenAtMs > this.options.clock.now() - certainlyRestingMs) break
      this.remove(resting, 'all logs together are to stay below log_max_total')
      freed += resting.bytes
    }
    return freed
  }

  private oldestFirst(): readonly RestingLog[] {
    const { directory, isOpen } = this.options
    return unitsWithLogs(directory)
      .filter((unit) => !isOpen(unit))
      .map((unit) => lookAt(directory, unit))
      .sort((a, b) => a.writtenAtMs - b.writtenAtMs)
  }

  private remove({ unit, bytes }: RestingLog, why: string): void {
    this.options.log.info('log of a unit that does not run is removed', { unit, bytes, why })
    rmSync(join(this.options.directory, unit), { recursive: true, force: true })
  }
}

const lookAt = (root: string, unit: string): RestingLog => {
  const directory = join(root, unit)
  // The directory itself counts: what was only just made has not been written to.
  const stats = ['', ...namesIn(directory)].flatMap(
    (name) => statSync(join(directory, name), { throwIfNoEntry: false }) ?? [],
  )
  return {
    unit,
    writtenAtMs: Math.max(0, ...stats.map((stat) => stat.mtimeMs)),
    bytes: stats.reduce((sum, stat) => sum + stat.blocks * 512, 0),
  }
}

/** A person may remove it at any moment. */
const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
