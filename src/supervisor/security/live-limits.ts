/** Limits that a unit sets, against what the kernel says of the process that runs: rows without a weight. Pure. */
import type { LiveProcess } from '../../executor/live-process.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { AssessedMeasure } from '../../units/security/assess.ts'
import { cgroupSpecOf, directiveOf } from '../launch/cgroup-settings.ts'

/** Each limit that is set, as it is found. Those that `assess` knows are not among them. */
export function limitRows(
  unit: LoadedUnit,
  live: LiveProcess,
  host: Pick<HostFacts, 'memoryBytes' | 'pidLimit'>,
): readonly AssessedMeasure[] {
  const { service } = unit
  if (service === undefined) return []
  const { settings } = cgroupSpecOf(unit, host)
  return [
    ...Object.entries(settings).flatMap(([file, text]) => cgroupRow(file, text, live) ?? []),
    ...Object.entries(service)
      .filter(([name, value]) => name.startsWith('Limit') && value !== undefined)
      .map(([name, value]) => resourceRow(name, (value as { readonly hard: number }).hard, live)),
    ...(service.OOMScoreAdjust === undefined
      ? []
      : [row('OOMScoreAdjust=', service.OOMScoreAdjust, live.oomScoreAdjust)]),
  ]
}

/** Where the file is not there, there is no controller for it: others say that. */
function cgroupRow(file: string, text: string, live: LiveProcess): AssessedMeasure | undefined {
  const now = live.cgroupFile(file)
  if (now === undefined || text.includes('\n') || text.startsWith('/')) return undefined
  return row(`${directiveOf(file)}=`, kernelForm(text), kernelForm(now))
}

/** The kernel counts memory in whole pages. */
const kernelForm = (text: string): string =>
  /^\d+$/.test(text) && Number(text) >= page ? String(Math.floor(Number(text) / page) * page) : text

const page = 4096

const resourceRow = (name: string, hard: number, { hardLimits }: LiveProcess): AssessedMeasure =>
  row(`${name}=`, hard, hardLimits[name.slice('Limit'.length)] ?? Number.POSITIVE_INFINITY)

const row = (name: string, wanted: string | number, now: string | number): AssessedMeasure => ({
  name,
  weight: 0,
  state: String(wanted) === String(now) ? 'closed' : 'drifted',
  sentence:
    String(wanted) === String(now)
      ? `it is ${words(now)}`
      : `it is ${words(now)}, and should be ${words(wanted)}`,
})

const words = (value: string | number): string =>
  value === Number.POSITIVE_INFINITY ? 'unlimited' : String(value)
