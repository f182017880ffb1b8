/** What the kernel says of a process that runs: who it is, what it may do, what it sees. Read anew each time. */
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readSituation } from './cgroup-root.ts'
import { parseHardLimits } from './limit-ceilings.ts'
import { readOrUndefined } from './proc.ts'

export interface LiveProcess {
  readonly uid: number
  readonly noNewPrivileges: boolean
  /** Whether system calls are filtered. */
  readonly isFiltered: boolean
  /** A bit for each capability that it can ever have. */
  readonly boundingSet: bigint
  readonly umask: number
  /** `mnt`, `net`, …: those in which the daemon is not. Undefined where that may not be read. */
  readonly ownNamespaces: readonly string[] | undefined
  readonly mounts: readonly LiveMount[]
  /** By systemd's names without `Limit`, those that are not unlimited. */
  readonly hardLimits: Readonly<Record<string, number>>
  readonly oomScoreAdjust: number
  /** The text of a file of its cgroup: `memory.max`. */
  readonly cgroupFile: (name: string) => string | undefined
}

export interface LiveMount {
  readonly point: string
  readonly type: string
  readonly isReadOnly: boolean
  /** Of the file system itself: `hidepid=invisible`. */
  readonly options: readonly string[]
}

/** Undefined: there is no such process, or it is not for us to look at. */
export function readLiveProcess(pid: number): LiveProcess | undefined {
  const status = readOrUndefined(`/proc/${pid}/status`)
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status ?? '')?.[1] ?? ''
  if (status === undefined || field('CapBnd') === '') return undefined
  return {
    uid: Number(field('Uid')),
    noNewPrivileges: field('NoNewPrivs') === '1',
    isFiltered: field('Seccomp') === '2',
    boundingSet: BigInt(`0x${field('CapBnd')}`),
    umask: Number.parseInt(field('Umask'), 8),
    ownNamespaces: readNamespaces(pid),
    mounts: parseMounts(readOrUndefined(`/proc/${pid}/mountinfo`) ?? ''),
    hardLimits: parseHardLimits(readOrUndefined(`/proc/${pid}/limits`) ?? ''),
    oomScoreAdjust: Number(readOrUndefined(`/proc/${pid}/oom_score_adj`) ?? 0),
    cgroupFile: (name) => readCgroupFile(pid, name),
  }
}

const kinds = ['mnt', 'net', 'ipc', 'uts', 'pid', 'user', 'cgroup']

function readNamespaces(pid: number): readonly string[] | undefined {
  try {
    return kinds.filter(
      (kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`),
    )
  } catch {
    return undefined
  }
}

/** mountinfo(5): the point is the fifth word, the type and the file system's options come after the hyphen. */
export const parseMounts = (text: string): readonly LiveMount[] =>
  text.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ')
    if (after === undefined) return []
    const [, , , , point = '', flags = ''] = before.split(' ')
    const [type = '', , options = ''] = after.split(' ')
    return [
      {
        point: unescaped(point),
        type,
        isReadOnly: flags.split(',').includes('ro'),
        options: options.split(','),
      },
    ]
  })

const unescaped = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))

function readCgroupFile(pid: number, name: string): string | undefined {
  const mount = readSituation(true)?.mount
  const own = /^0::(.*)$/m.exec(readOrUndefined(`/proc/${pid}/cgroup`) ?? '')?.[1]
  return mount === undefined || own === undefined
    ? undefined
    : readOrUndefined(join(mount, own, name))?.trim()
}
