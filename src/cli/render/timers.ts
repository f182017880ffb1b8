/** The table of `gitproc list-timers`: the next elapse first. */
import type { UnitView } from '../../api/contract.ts'
import { clockTime } from './clock-time.ts'
import type { Look } from './style.ts'
import { type Cell, type Column, table } from './table.ts'
import { shortName, since, span } from './words.ts'

const columns: readonly Column[] = [
  { title: 'NEXT' },
  { title: 'LEFT', align: 'right' },
  { title: 'LAST' },
  { title: 'UNIT', isElastic: true },
  { title: 'ACTIVATES', isElastic: true },
  { title: 'STATE', dispensable: 1 },
]

export interface TimerEntry {
  readonly unit: string
  readonly activates: string
  readonly state: string
  /** Epoch ms; null where it does not elapse, or has not yet. */
  readonly nextMs: number | null
  readonly leftMs: number | null
  readonly lastMs: number | null
  readonly passedMs: number | null
}

export const timerEntries = (units: readonly UnitView[], nowMs: number): readonly TimerEntry[] =>
  units
    .filter((unit) => unit.name.endsWith('.timer'))
    .map((unit): TimerEntry => {
      const lastMs = unit.trigger?.lastAtMs ?? null
      const nextMs = unit.nextEventAtMs ?? null
      return {
        unit: unit.name,
        activates: unit.trigger?.unit ?? '',
        state: unit.subState,
        nextMs,
        leftMs: nextMs === null ? null : nextMs - nowMs,
        lastMs,
        passedMs: lastMs === null ? null : nowMs - lastMs,
      }
    })
    .sort((a, b) => (a.nextMs ?? Number.MAX_VALUE) - (b.nextMs ?? Number.MAX_VALUE))

export const renderTimers = (units: readonly UnitView[], look: Look): readonly string[] => {
  const rows = timerEntries(units, look.nowMs).map((timer) => ({ cells: cells(timer, look) }))
  return rows.length === 0 ? ['no timers'] : table(columns, rows, look)
}

const cells = (
  { unit, activates, state, nextMs, leftMs, lastMs }: TimerEntry,
  look: Look,
): readonly (Cell | string)[] => [
  nextMs === null ? '-' : clockTime(nextMs, look),
  leftMs === null ? '-' : span(leftMs),
  lastMs === null ? '-' : since(lastMs, look),
  { text: unit, style: 'strong' },
  shortName(activates),
  { text: state, style: state === 'failed' ? 'bad' : 'quiet' },
]
