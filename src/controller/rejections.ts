/** The rejected set: definitions that failed, and removals that nobody confirmed, stay out until they change (DESIGN: apply). */
import type { DesiredState, DesiredUnit } from '../plan/desired.ts'
import { withUnits } from '../plan/graph.ts'
import type { Rejection } from '../store/records.ts'

export interface Overlaid {
  readonly desired: DesiredState
  /** Rejections that the revision still asks for. */
  readonly inForce: readonly Rejection[]
  /** Rejections whose unit changed or is gone: to be forgotten. */
  readonly obsolete: readonly Rejection[]
}

/** Whether what stays out is that the unit is gone. */
export const isRemoval = ({ hash }: Pick<Rejection, 'hash'>): boolean => hash === ''

/** Puts the last good definition (or nothing) where the revision asks for a rejected one. */
export const withoutRejected = (
  desired: DesiredState,
  rejections: readonly Rejection[],
  good: ReadonlyMap<string, DesiredUnit>,
): Overlaid => {
  const asked = ({ unit, hash }: Rejection): boolean => (desired.units.get(unit)?.hash ?? '') === hash
  const inForce = rejections.filter(asked)
  const kept = new Map(inForce.map(({ unit }) => [unit, good.get(unit)]))
  return {
    desired: { ...desired, ...withUnits(desired, kept) },
    inForce,
    obsolete: rejections.filter((rejection) => !asked(rejection)),
  }
}
