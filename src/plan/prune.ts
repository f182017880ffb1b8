/** The guard against mass deletion: a commit that removes too much at once waits until a person says that it is meant. */
import type { UnitName } from '../units/unit.ts'

/** How many units a commit may remove by itself; `none`: no guard at all. */
export type PruneLimit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'none' }

/** `5`, `50%` or `infinity`; undefined for anything else. */
export const parsePruneLimit = (text: string): PruneLimit | undefined => {
  if (text === 'infinity') return { kind: 'none' }
  const match = /^(\d{1,9})(%?)$/.exec(text)
  if (match === null) return undefined
  const number = Number(match[1])
  if (match[2] === '') return { kind: 'count', count: number }
  return number <= 100 ? { kind: 'percent', percent: number } : undefined
}

export interface Pruning {
  /** Units that are there and that the revision no longer has, by name. */
  readonly removed: readonly UnitName[]
  readonly present: number
}

/** What would be removed, where that is more than may go unasked: everything, or more than the limit. */
export const judgeRemovals = (
  present: readonly UnitName[],
  isDesired: (unit: UnitName) => boolean,
  limit: PruneLimit,
): Pruning | undefined => {
  const removed = present.filter((unit) => !isDesired(unit)).sort()
  if (limit.kind === 'none' || removed.length === 0) return undefined
  const isAll = removed.length === present.length
  return isAll || exceeds(removed.length, present.length, limit)
    ? { removed, present: present.length }
    : undefined
}

const exceeds = (removed: number, present: number, limit: PruneLimit): boolean => {
  switch (limit.kind) {
    case 'count':
      return removed > limit.count
    case 'percent':
      return removed * 100 > present * limit.percent
    case 'none':
      return false
  }
}
