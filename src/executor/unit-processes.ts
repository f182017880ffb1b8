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

/** What /proc holds at one moment: made once for many units. */
export interface Census {
  readonly stats: readonly ProcessStat[]
  /** pid → its INVOCATION_ID=, where it has one that may be read. */
  readonly marks: ReadonlyMap<number, string>
}

const mark = 'INVOCATION_ID='

export function takeCensus(): Census {
  const stats = listPids().flatMap((pid) => readStat(pid) ?? [])
  const marks = new Map<number, string>()
  for (const { pid } of stats) {
    const variable = readEnvironment(pid)?.find((text) => text.startsWith(mark))
    if (variable !== undefined) marks.set(pid, variable.slice(mark.length))
  }
  return { stats, marks }
}

/** A process that left its session, cleaned its environment and lost its parent is not found: only cgroups hold such. */
export function findProcesses(trace: Trace, census: Census): readonly ProcessStat[] {
  const invocations = new Set(trace.invocationIds)
  const shims = new Set(trace.shims.map((shim) => shim.pid))
  const byPid = new Map(census.stats.map((stat) => [stat.pid, stat]))
  // A session's number may be given out anew once its leader is gone.
  const leaders = trace.leaders.filter((leader) => byPid.get(leader.pid)?.startTicks === leader.startTicks)
  const sessions = new Set(leaders.map((leader) => leader.pid))
  const found = new Set<number>()
  const belongs = (stat: ProcessStat): boolean =>
    sessions.has(stat.session) || found.has(stat.parent) || invocations.has(census.marks.get(stat.pid) ?? '')
  // Until nothing is added: a child can have a lower pid than its parent.
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const stat of census.stats) if (!shims.has(stat.pid) && belongs(stat)) found.add(stat.pid)
  }
  return census.stats.filter((stat) => found.has(stat.pid) && !stat.isZombie)
}
