/** What an answer of the daemon makes of the state. Pure. */
import type { StatusAnswer } from '../../api/contract.ts'
import { firstShares, nextShares } from './cpu-shares.ts'
import type { SortKey, TopState } from './top-state.ts'

export interface TopWish {
  readonly sort: SortKey
  readonly filter: string
  readonly look: TopState['look']
}

export const firstState = (
  status: StatusAnswer,
  { sort, filter, look }: TopWish,
  nowMs: number,
): TopState => ({
  status,
  answeredAtMs: nowMs,
  shares: firstShares(status.units, nowMs),
  problem: undefined,
  sort,
  isReversed: false,
  filter,
  mode: { kind: 'browse' },
  selected: undefined,
  pane: 'half',
  log: [],
  message: undefined,
  nowMs,
  look,
})

export const answered = (state: TopState, status: StatusAnswer, nowMs: number): TopState => ({
  ...state,
  status,
  answeredAtMs: nowMs,
  shares: nextShares(state.shares, status.units, nowMs),
  problem: undefined,
  // What was refused because nobody answered is no news any more.
  message: state.problem === undefined ? state.message : undefined,
  nowMs,
})
