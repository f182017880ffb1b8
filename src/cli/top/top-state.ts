/** All that `gitproc top` shows and knows, as one value: keys and answers make the next one, rendering reads it. */
import type { StatusAnswer, UnitView } from '../../api/contract.ts'
import { shortName } from '../render/words.ts'
import type { CpuShares } from './cpu-shares.ts'

export const sortKeys = ['cpu', 'memory', 'name', 'restarts'] as const
export type SortKey = (typeof sortKeys)[number]

/** Verbs that have a key. */
export type TopVerb = 'restart' | 'stop' | 'start'

export type Mode =
  | { readonly kind: 'browse' }
  | { readonly kind: 'help' }
  /** What is typed is the filter; Escape brings back the one before. */
  | { readonly kind: 'filter'; readonly before: string }
  | { readonly kind: 'confirm'; readonly verb: TopVerb; readonly unit: string }

export interface PaneLine {
  readonly text: string
  readonly kind: 'out' | 'err' | 'note'
}

export interface TopState {
  readonly status: StatusAnswer
  /** When that answer came. */
  readonly answeredAtMs: number
  readonly shares: CpuShares
  /** Why there is no newer answer. */
  readonly problem: string | undefined
  readonly sort: SortKey
  readonly isReversed: boolean
  readonly filter: string
  readonly mode: Mode
  /** The unit last chosen: it may be filtered out, or gone. */
  readonly selected: string | undefined
  readonly pane: 'none' | 'half' | 'full'
  /** The end of the selected unit's log. */
  readonly log: readonly PaneLine[]
  /** What came of the last key; the next one clears it. */
  readonly message: { readonly text: string; readonly isBad: boolean } | undefined
  readonly nowMs: number
  readonly look: { readonly hasColor: boolean; readonly isUtc: boolean }
}

/** Units that pass the filter, in the order of the sort key. */
export const shownUnits = ({ status, shares, sort, isReversed, filter }: TopState): readonly UnitView[] => {
  const needle = filter.toLowerCase()
  const passing = status.units.filter(({ name }) => shortName(name).toLowerCase().includes(needle))
  const order = orders[sort]
  const sorted = passing.toSorted((a, b) => order(a, b, shares) || byName(a, b))
  return isReversed ? sorted.reverse() : sorted
}

type Order = (a: UnitView, b: UnitView, shares: CpuShares) => number

const byName = (a: UnitView, b: UnitView): number => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1)

const orders: Readonly<Record<SortKey, Order>> = {
  cpu: (a, b, { cores }) => (cores.get(b.name) ?? -1) - (cores.get(a.name) ?? -1),
  memory: (a, b) => (b.memoryBytes ?? -1) - (a.memoryBytes ?? -1),
  name: byName,
  restarts: (a, b) => b.restarts - a.restarts,
}

/** The place of the selection among the units shown; -1 where none is. It stays with its unit when the order changes. */
export const selectedIndex = (state: TopState, shown: readonly UnitView[] = shownUnits(state)): number => {
  const found = shown.findIndex(({ name }) => name === state.selected)
  return found === -1 && shown.length > 0 ? 0 : found
}

export const selectedUnit = (state: TopState): UnitView | undefined => {
  const shown = shownUnits(state)
  return shown[selectedIndex(state, shown)]
}
