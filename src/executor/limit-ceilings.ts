/**
 * How far resource limits may be raised here. Without CAP_SYS_RESOURCE (an ordinary user, many containers) nobody raises a
 * hard limit: what a unit asks beyond it is lowered to it, as systemd does (setrlimit_closest), and said.
 */
import type { ProcessLimits } from './launch-spec.ts'
import { readOrUndefined } from './proc.ts'

/** By systemd's names without `Limit`; a limit that is not here may be raised at will. */
export type LimitCeilings = Readonly<Record<string, number>>

type Limits = ProcessLimits['rlimits']

/** The daemon's own hard limits where they bind; nothing where it may raise them. */
export const readLimitCeilings = (): LimitCeilings =>
  hasCapSysResource() ? {} : parseHardLimits(readOrUndefined('/proc/self/limits') ?? '')

/** How much safer from the OOM killer than the daemon itself nobody gets here; undefined: there is no such bound. */
export const readLowestOomScore = (): number | undefined =>
  hasCapSysResource() ? undefined : Number(readOrUndefined('/proc/self/oom_score_adj') ?? 0)

function hasCapSysResource(): boolean {
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(readOrUndefined('/proc/self/status') ?? '')?.[1]
  return capabilities !== undefined && (BigInt(`0x${capabilities}`) & capSysResource) !== 0n
}

const capSysResource = 1n << 24n

/** The lines of /proc/PID/limits by systemd's names. */
const lines: Readonly<Record<string, string>> = {
  'Max cpu time': 'CPU',
  'Max file size': 'FSIZE',
  'Max data size': 'DATA',
  'Max stack size': 'STACK',
  'Max core file size': 'CORE',
  'Max resident set': 'RSS',
  'Max processes': 'NPROC',
  'Max open files': 'NOFILE',
  'Max locked memory': 'MEMLOCK',
  'Max address space': 'AS',
  'Max file locks': 'LOCKS',
  'Max pending signals': 'SIGPENDING',
  'Max msgqueue size': 'MSGQUEUE',
  'Max nice priority': 'NICE',
  'Max realtime priority': 'RTPRIO',
  'Max realtime timeout': 'RTTIME',
}

export function parseHardLimits(text: string): LimitCeilings {
  const ceilings: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const match = /^(Max .*?)\s{2,}\S+\s+(\S+)/.exec(line)
    const name = lines[match?.[1] ?? '']
    if (name !== undefined && match?.[2] !== 'unlimited') ceilings[name] = Number(match?.[2])
  }
  return ceilings
}

export const lowerToCeilings = (limits: Limits, ceilings: LimitCeilings): Limits =>
  Object.fromEntries(
    Object.entries(limits).map(([name, { soft, hard }]) => {
      const ceiling = ceilings[name] ?? Infinity
      return [name, { soft: Math.min(soft, ceiling), hard: Math.min(hard, ceiling) }]
    }),
  )
