/** Limits and weights of a unit as files of cgroup v2 (systemd.resource-control(5)), and where its cgroup lies. Pure. */
import type { CgroupSpec } from '../../executor/launch-spec.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { sliceOf } from '../../units/show/slice-of.ts'
import type { SizeOrPercent } from '../../units/values.ts'
import {
  freeLatencies,
  freeRates,
  freeWeights,
  fromBlockIo,
  fromShares,
  latencyLines,
  rateLines,
  weightLines,
} from './device-settings.ts'

type Limits = NonNullable<LoadedUnit['service'] | LoadedUnit['slice']>
type Host = Pick<HostFacts, 'memoryBytes' | 'pidLimit'>

/** One file of the kernel's: which directives decide it, and what it says when they say nothing. */
interface Row {
  readonly directive: string
  readonly file: string
  readonly text: (limits: Limits, host: Host) => string | undefined
  /** What takes a limit back that was written before, given that. */
  readonly unset: string | ((before: string) => string)
}

const rows: readonly Row[] = [
  memory('MemoryMin', 'memory.min', '0'),
  memory('MemoryLow', 'memory.low', '0'),
  memory('MemoryHigh', 'memory.high', 'max'),
  memory('MemoryMax', 'memory.max', 'max'),
  memory('MemorySwapMax', 'memory.swap.max', 'max'),
  memory('MemoryZSwapMax', 'memory.zswap.max', 'max'),
  {
    directive: 'TasksMax',
    file: 'pids.max',
    text: (limits, { pidLimit }) => sizeText(limits.TasksMax, pidLimit),
    unset: 'max',
  },
  { directive: 'CPUQuota', file: 'cpu.max', text: quotaText, unset: 'max 100000' },
  {
    directive: 'CPUWeight',
    file: 'cpu.weight',
    text: ({ CPUWeight, CPUShares }) =>
      CPUWeight === 0 ? undefined : (CPUWeight ?? (CPUShares && fromShares(CPUShares)))?.toString(),
    unset: '100',
  },
  {
    directive: 'CPUWeight',
    file: 'cpu.idle',
    text: ({ CPUWeight }) => (CPUWeight === 0 ? '1' : undefined),
    unset: '0',
  },
  {
    directive: 'IOWeight',
    file: 'io.weight',
    text: (limits) => joined([...defaultWeight(limits), ...weightLines(limits)]),
    unset: freeWeights,
  },
  {
    directive: 'IOReadBandwidthMax',
    file: 'io.max',
    text: (limits) => joined(rateLines(limits)),
    unset: freeRates,
  },
  {
    directive: 'IODeviceLatencyTargetSec',
    file: 'io.latency',
    text: (limits) => joined(latencyLines(limits)),
    unset: freeLatencies,
  },
  {
    directive: 'OOMPolicy',
    file: 'memory.oom.group',
    text: (limits) => ('OOMPolicy' in limits && limits.OOMPolicy === 'kill' ? '1' : undefined),
    unset: '0',
  },
  set('AllowedCPUs', 'cpuset.cpus'),
  set('AllowedMemoryNodes', 'cpuset.mems'),
]

const joined = (lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : lines.join('\n')

function defaultWeight({ IOWeight, BlockIOWeight }: Limits): readonly string[] {
  const weight = IOWeight ?? (BlockIOWeight && fromBlockIo(BlockIOWeight))
  return weight === undefined ? [] : [`default ${weight}`]
}

function memory(
  directive: 'MemoryMin' | 'MemoryLow' | 'MemoryHigh' | 'MemoryMax' | 'MemorySwapMax' | 'MemoryZSwapMax',
  file: string,
  unset: string,
): Row {
  return {
    directive,
    file,
    unset,
    text: (limits, { memoryBytes }) =>
      sizeText(directive === 'MemoryMax' ? memoryMaxOf(limits) : limits[directive], memoryBytes),
  }
}

/** MemoryLimit= is the old name of MemoryMax=. */
function memoryMaxOf(limits: Limits): SizeOrPercent | undefined {
  return limits.MemoryMax ?? limits.MemoryLimit
}

function set(directive: 'AllowedCPUs' | 'AllowedMemoryNodes', file: string): Row {
  return { directive, file, unset: '', text: (limits) => rangesText(limits[directive]) || undefined }
}

/** Only what the unit sets: an unset limit needs no controller. */
export function cgroupSpecOf(unit: LoadedUnit, host: Host): CgroupSpec {
  const limits = unit.service ?? unit.slice
  const settings = limits === undefined ? [] : rows.map((row) => [row.file, row.text(limits, host)] as const)
  return {
    path: cgroupPathOf(unit),
    settings: Object.fromEntries(
      settings.filter((setting): setting is [string, string] => setting[1] !== undefined),
    ),
    ...withheldBy(unit),
  }
}

/** Below a service there is nothing of ours: what a delegated one has is its user's to divide. */
const withheldBy = ({ slice }: LoadedUnit): Pick<CgroupSpec, 'withheld'> =>
  slice === undefined || slice.DisableControllers.length === 0 ? {} : { withheld: slice.DisableControllers }

/** As `cgroupSpecOf`, for what runs: limits that an earlier definition had and this one has not are taken back. */
export function changedCgroupSpec(unit: LoadedUnit, earlier: LoadedUnit, host: Host): CgroupSpec {
  const before = cgroupSpecOf(earlier, host)
  const after = cgroupSpecOf(unit, host)
  const settings = rows.flatMap(({ file, unset }): [string, string][] => {
    const [earlierText, text] = [before.settings[file], after.settings[file]]
    if (earlierText === undefined || earlierText === text) return text === undefined ? [] : [[file, text]]
    if (typeof unset === 'string') return [[file, text ?? unset]]
    // Of single devices: what is not said any more has to be taken back device by device.
    return [[file, [unset(earlierText), text].filter((lines) => lines !== undefined).join('\n')]]
  })
  return { path: before.path, settings: Object.fromEntries(settings), ...withheldBy(unit) }
}

/** The directive behind a file, for sentences. */
export const directiveOf = (file: string): string => rows.find((row) => row.file === file)?.directive ?? file

export function memoryMaxBytes(unit: LoadedUnit): number | undefined {
  const limit = unit.service && memoryMaxOf(unit.service)
  return limit?.kind === 'absolute' && Number.isFinite(limit.value) ? limit.value : undefined
}

/** `a-b.slice` lies in `a.slice` (systemd.slice(5)). */
function cgroupPathOf(unit: LoadedUnit): string {
  if (unit.type === 'slice') return slicePath(unit.name)
  return `${slicePath(sliceOf(unit, unit.service?.Slice))}/${unit.name}`
}

export function slicePath(slice: string): string {
  if (slice === '-.slice') return '.'
  const parts = slice.slice(0, -'.slice'.length).split('-')
  return parts.map((_, at) => `${parts.slice(0, at + 1).join('-')}.slice`).join('/')
}

function sizeText(size: SizeOrPercent | undefined, whole: number): string | undefined {
  if (size === undefined) return undefined
  const value = size.kind === 'absolute' ? size.value : Math.floor((whole * size.percent) / 100)
  return Number.isFinite(value) ? BigInt(Math.floor(value)).toString() : 'max'
}

/** The kernel takes periods from 1 ms to 1 s and no quota below 1 ms: a short quota gets a longer period. */
function quotaText({ CPUQuota, CPUQuotaPeriodSec }: Limits): string | undefined {
  if (CPUQuota === undefined) return undefined
  const wanted =
    CPUQuotaPeriodSec === undefined || !Number.isFinite(CPUQuotaPeriodSec) ? 100_000 : CPUQuotaPeriodSec
  const long = Math.ceil(Math.max(wanted, 1000 / (CPUQuota / 100)))
  const period = Math.min(1_000_000, Math.max(1000, long))
  return `${Math.max(1000, Math.floor((period * CPUQuota) / 100))} ${period}`
}

/** 0, 1, 2, 5 → `0-2,5`. */
function rangesText(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && number <= last[1] + 1) last[1] = Math.max(last[1], number)
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}
