/** `Limit*=` → what the shim's `ulimit` can set for nothing, and what takes the `prlimit` tool on the way. Pure. */
import type { ProcessLimits } from './launch-spec.ts'

export interface LimitArguments {
  /** Words in pairs for the shim: `-n 1024`, `-Sn 512`. */
  readonly ulimit: readonly string[]
  /** Flags of prlimit(1). */
  readonly prlimit: readonly string[]
}

/** The limits that `ulimit` of every POSIX-like sh names alike, and how many bytes its unit has. */
const builtin: Readonly<Record<string, { readonly letter: string; readonly unit: number }>> = {
  NOFILE: { letter: 'n', unit: 1 },
  CPU: { letter: 't', unit: 1 },
  CORE: { letter: 'c', unit: 512 },
  FSIZE: { letter: 'f', unit: 512 },
  DATA: { letter: 'd', unit: 1024 },
  STACK: { letter: 's', unit: 1024 },
  AS: { letter: 'v', unit: 1024 },
}

/** prlimit(1)'s names for the others. */
const byTool: Readonly<Record<string, string>> = {
  NOFILE: 'nofile',
  CPU: 'cpu',
  CORE: 'core',
  FSIZE: 'fsize',
  DATA: 'data',
  STACK: 'stack',
  AS: 'as',
  RSS: 'rss',
  NPROC: 'nproc',
  MEMLOCK: 'memlock',
  LOCKS: 'locks',
  SIGPENDING: 'sigpending',
  MSGQUEUE: 'msgqueue',
  NICE: 'nice',
  RTPRIO: 'rtprio',
  RTTIME: 'rttime',
}

type Limit = ProcessLimits['rlimits'][string]

export function limitArguments(rlimits: ProcessLimits['rlimits']): LimitArguments {
  const ulimit: string[] = []
  const prlimit: string[] = []
  for (const [name, limit] of Object.entries(rlimits)) {
    const shell = builtin[name]
    const tool = byTool[name]
    if (shell !== undefined && isWhole(limit, shell.unit)) ulimit.push(...ulimitWords(shell, limit))
    else if (tool !== undefined) prlimit.push(`--${tool}=${number(limit.soft, 1)}:${number(limit.hard, 1)}`)
    else throw new Error(`no resource limit is called ${name}`)
  }
  return { ulimit, prlimit }
}

/** Both at once, then the soft one lower: in this order neither is ever above the other. */
const ulimitWords = ({ letter, unit }: { letter: string; unit: number }, limit: Limit): string[] => [
  `-${letter}`,
  number(limit.hard, unit),
  ...(limit.soft === limit.hard ? [] : [`-S${letter}`, number(limit.soft, unit)]),
]

const isWhole = (limit: Limit, unit: number): boolean =>
  [limit.soft, limit.hard].every((value) => value === Infinity || value % unit === 0)

const number = (value: number, unit: number): string =>
  value === Infinity ? 'unlimited' : String(value / unit)
