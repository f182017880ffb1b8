/** Which processes belong to a unit where no cgroup tells: by session, by a mark in the environment, by descent. */
import type { ProcessId } from '../base/process-id.ts'
import { listPids, type ProcessStat, readEnvironment, readStat } from './proc.ts'

/** What is known of the unit's invocations. */
export interface Trace {
  readonly invocationIds: readonly string[]
  /** Its mains and control commands; each leads a session. */
  readonly leaders: readonly ProcessId[]
  readonly shims: readonly ProcessId[]
}

/** What /proc holds at one moment, sorted for look-ups: made once for many units. */
export interface Census {
  readonly byPid: ReadonlyMap<number, ProcessStat>
  readonly bySession: ReadonlyMap<number, readonly ProcessStat[]>
  readonly byParent: ReadonlyMap<number, readonly ProcessStat[]>
  /** By INVOCATION_ID=, of those whose environment may be read. */
  readonly byInvocation: ReadonlyMap<string, readonly ProcessStat[]>
}

const mark = 'INVOCATION_ID='

export function takeCensus(): Census {
  const stats = listPids().flatMap((pid) => readStat(pid) ?? [])
  return {
    byPid: new Map(stats.map((stat) => [stat.pid, stat])),
    bySession: Map.groupBy(stats, (stat) => stat.session),
    byParent: Map.groupBy(stats, (stat) => stat.parent),
    byInvocation: Map.groupBy(stats, (stat) => {
      const variable = readEnvironment(stat.pid)?.find((text) => text.startsWith(mark))
      return variable?.slice(mark.length) ?? ''
    }),
  }
}

/** A process that left its session, cleaned its environment and lost its parent is not found: only cgroups hold such. */
export function findProcesses(trace: Trace, census: Census): readonly ProcessStat[] {
  const shims = new Set(trace.shims.map((shim) => shim.pid))
  // A session's number may be given out anew once its leader is gone.
  const leaders = trace.leaders.filter(
    ({ pid, startTicks }) => census.byPid.get(pid)?.startTicks === startTicks,
  )
  const pending = [
    ...leaders.flatMap((leader) => census.bySession.get(leader.pid) ?? []),
    ...leaders.flatMap((leader) => census.byPid.get(leader.pid) ?? []),
    ...trace.invocationIds.flatMap((id) => census.byInvocation.get(id) ?? []),
  ]
  const found = new Map<number, ProcessStat>()
  for (let stat = pending.pop(); stat !== undefined; stat = pending.pop()) {
    if (found.has(stat.pid) || shims.has(stat.pid)) continue
    found.set(stat.pid, stat)
    pending.push(...(census.byParent.get(stat.pid) ?? []))
  }
  return [...found.values()].filter((stat) => !stat.isZombie)
}
