/** What a unit used between two looks at its counters. Pure. */
import type { Usage } from '../../executor/executor.ts'

/** One look at a unit. */
export interface Look {
  readonly atMs: number
  readonly usage: Usage
}

/** NaN where this host can't tell, or where there is no earlier look to compare with. */
export interface Figures {
  /** 1: one core was busy all the time. */
  readonly cpuCores: number
  readonly memoryBytes: number
  readonly tasks: number
  readonly ioReadBytesPerSecond: number
  readonly ioWriteBytesPerSecond: number
}

/** The figures' order in a row of the history. */
export const figureNames = [
  'cpuCores',
  'memoryBytes',
  'tasks',
  'ioReadBytesPerSecond',
  'ioWriteBytesPerSecond',
] as const satisfies readonly (keyof Figures)[]

export const figuresBetween = (earlier: Look | undefined, { atMs, usage }: Look): Figures => {
  const before = earlier?.usage
  const elapsedMs = earlier === undefined ? Number.NaN : atMs - earlier.atMs
  return {
    cpuCores: perSecond(before?.cpuUsec, usage.cpuUsec, elapsedMs) / 1_000_000,
    memoryBytes: usage.memoryBytes ?? Number.NaN,
    tasks: usage.tasks ?? Number.NaN,
    ioReadBytesPerSecond: perSecond(before?.ioReadBytes, usage.ioReadBytes, elapsedMs),
    ioWriteBytesPerSecond: perSecond(before?.ioWriteBytes, usage.ioWriteBytes, elapsedMs),
  }
}

/** A counter that is smaller than before began anew with another run: what it shows was used since. */
const perSecond = (before: number | undefined, now: number | undefined, elapsedMs: number): number => {
  // The clock may have been set back meanwhile.
  if (before === undefined || now === undefined || !(elapsedMs > 0)) return Number.NaN
  return ((now < before ? now : now - before) * 1000) / elapsedMs
}
