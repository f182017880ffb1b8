/** How many cores each unit kept busy between two answers of the daemon. Pure. */
import type { UnitView } from '../../api/contract.ts'

export interface CpuShares {
  /** Of the answer that the next one is compared with. */
  readonly sinceMs: number
  readonly counters: ReadonlyMap<string, Counter>
  /** 1: one core was busy all the time. Nothing of a unit that was seen but once. */
  readonly cores: ReadonlyMap<string, number>
}

interface Counter {
  readonly invocationId: string | undefined
  readonly cpuUsec: number
}

/** Counters go in steps of 10 ms where no cgroup counts: over less than that many of them a share is a guess. */
const shortestMs = 400

export const firstShares = (units: readonly UnitView[], nowMs: number): CpuShares => ({
  sinceMs: nowMs,
  counters: countersOf(units),
  cores: new Map(),
})

/** The same where too little time has passed. */
export const nextShares = (before: CpuShares, units: readonly UnitView[], nowMs: number): CpuShares => {
  const elapsedMs = nowMs - before.sinceMs
  if (elapsedMs >= 0 && elapsedMs < shortestMs) return before
  const counters = countersOf(units)
  const cores = [...counters].flatMap(([name, now]): readonly (readonly [string, number])[] => {
    const earlier = before.counters.get(name)
    const isSameRun = earlier?.invocationId === now.invocationId
    if (earlier === undefined || !isSameRun || elapsedMs <= 0) return []
    return [[name, Math.max(0, now.cpuUsec - earlier.cpuUsec) / 1000 / elapsedMs]]
  })
  return { sinceMs: nowMs, counters, cores: new Map(cores) }
}

const countersOf = (units: readonly UnitView[]): ReadonlyMap<string, Counter> =>
  new Map(
    units.flatMap(({ name, invocationId, cpuUsageUsec }) =>
      cpuUsageUsec === undefined ? [] : [[name, { invocationId, cpuUsec: cpuUsageUsec }] as const],
    ),
  )
