/** What a unit uses now: from its cgroup where there are controllers, from /proc for the rest. */
import { join } from 'node:path'
import type { Cgroup } from './cgroup.ts'
import { keyedValue } from './cgroup-root.ts'
import type { Usage } from './executor.ts'
import { type ProcessStat, readOrUndefined } from './proc.ts'

/** Linux on every architecture that Node runs on tells clock ticks as hundredths of a second to user space. */
const usecPerTick = 10_000

export interface UsageSource {
  readonly cgroup: Pick<Cgroup, 'path' | 'controllers'> | undefined
  /** Its live processes: looked for only where the cgroup does not tell all. */
  readonly members: () => readonly ProcessStat[]
}

/** `earlier` is given back where the CPU time has not moved since: what has not run has the rest as it was. */
export function readUsage({ cgroup, members }: UsageSource, earlier?: Usage): Usage {
  // `cpu.stat` is there without the controller, too, and counts processes that have ended.
  const counted = cgroup === undefined ? undefined : keyedValue(join(cgroup.path, 'cpu.stat'), 'usage_usec')
  if (counted !== undefined && counted === earlier?.cpuUsec) return earlier
  const stats = once(members)
  const sum = (of: (stat: ProcessStat) => number): number | undefined =>
    stats().length === 0 ? undefined : stats().reduce((total, stat) => total + of(stat), 0)
  const cpuTicks = counted === undefined ? sum((stat) => stat.cpuTicks) : undefined
  const resident = (): number | undefined => bytesOf(sum((stat) => stat.residentPages))
  return {
    cpuUsec: counted ?? (cpuTicks === undefined ? undefined : cpuTicks * usecPerTick),
    memoryBytes: number(cgroup, 'memory', 'current') ?? resident(),
    memoryPeakBytes: number(cgroup, 'memory', 'peak'),
    tasks: number(cgroup, 'pids', 'current') ?? sum((stat) => stat.threads) ?? 0,
    ...(cgroupTransfer(cgroup) ?? processTransfer(stats())),
  }
}

const bytesOf = (pages: number | undefined): number | undefined =>
  pages === undefined ? undefined : pages * 4096

const once = <T>(read: () => T): (() => T) => {
  let known: { readonly value: T } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}

/** A file that is not there costs more than one that is: none is asked for without its controller. */
function read(cgroup: UsageSource['cgroup'], controller: string, file: string): string | undefined {
  if (cgroup === undefined || !cgroup.controllers.includes(controller)) return undefined
  return readOrUndefined(join(cgroup.path, `${controller}.${file}`))
}

function number(cgroup: UsageSource['cgroup'], controller: string, file: string): number | undefined {
  const text = read(cgroup, controller, file)
  return text === undefined ? undefined : Number(text)
}

type Transfer = Pick<Usage, 'ioReadBytes' | 'ioWriteBytes'>

/** A line for each block device; none yet means that nothing went to one. */
function cgroupTransfer(cgroup: UsageSource['cgroup']): Transfer | undefined {
  const text = read(cgroup, 'io', 'stat')
  if (text === undefined) return undefined
  return { ioReadBytes: total(text, /\brbytes=(\d+)/g), ioWriteBytes: total(text, /\bwbytes=(\d+)/g) }
}

/** With children that were waited for. Undefined where another user's processes may not be asked. */
function processTransfer(members: readonly ProcessStat[]): Transfer {
  const texts = members.flatMap(({ pid }) => readOrUndefined(`/proc/${pid}/io`) ?? [])
  if (texts.length === 0) return { ioReadBytes: undefined, ioWriteBytes: undefined }
  const text = texts.join('')
  return {
    ioReadBytes: total(text, /^read_bytes: (\d+)/gm),
    ioWriteBytes: total(text, /^write_bytes: (\d+)/gm),
  }
}

const total = (text: string, pattern: RegExp): number =>
  [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0)
