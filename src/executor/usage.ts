/** What a unit uses now: from its cgroup where there are controllers, from /proc for the rest. */
import { join } from 'node:path'
import type { ProcessId } from '../base/process-id.ts'
import { keyedValue } from './cgroup-root.ts'
import type { Usage } from './executor.ts'
import { readOrUndefined, readStat } from './proc.ts'

/** Linux on every architecture that Node runs on tells clock ticks as hundredths of a second to user space. */
const usecPerTick = 10_000

export function readUsage(cgroup: string | undefined, members: readonly ProcessId[]): Usage {
  const stats = members.flatMap(({ pid }) => readStat(pid) ?? [])
  const resident = stats.reduce((sum, stat) => sum + stat.residentPages, 0) * 4096
  const ticks = stats.reduce((sum, stat) => sum + stat.cpuTicks, 0)
  return {
    memoryBytes: number(cgroup, 'memory.current') ?? (stats.length === 0 ? undefined : resident),
    memoryPeakBytes: number(cgroup, 'memory.peak'),
    cpuUsec: cpuOf(cgroup) ?? (stats.length === 0 ? undefined : ticks * usecPerTick),
    tasks: number(cgroup, 'pids.current') ?? stats.length,
  }
}

/** `cpu.stat` is there without the controller, too, and counts processes that have ended. */
const cpuOf = (cgroup: string | undefined): number | undefined =>
  cgroup === undefined ? undefined : keyedValue(join(cgroup, 'cpu.stat'), 'usage_usec')

function number(cgroup: string | undefined, file: string): number | undefined {
  const text = cgroup === undefined ? undefined : readOrUndefined(join(cgroup, file))
  return text === undefined ? undefined : Number(text)
}
