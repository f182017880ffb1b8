/** Actual state: what was applied, seen through what the supervisor reports now. */
import type { ActualState, ActualUnit } from '../plan/actual.ts'
import type { AppliedUnit, Hold } from '../store/records.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'

export interface Observation {
  readonly status: (unit: string) => UnitStatus | undefined
  readonly hold: (unit: string) => Hold | undefined
}

export const actualState = (applied: Iterable<AppliedUnit>, observation: Observation): ActualState => {
  const units = new Map<string, ActualUnit>()
  for (const unit of applied) units.set(unit.name, actualUnit(unit, observation))
  return units
}

export const actualUnit = (applied: AppliedUnit, { status, hold }: Observation): ActualUnit => {
  const seen = status(applied.name)
  const definition = effectiveDefinition(applied, seen)
  return {
    name: applied.name,
    settings: definition.settings,
    hash: definition.hash,
    isActive: seen !== undefined && isActive(seen),
    isSettled: seen !== undefined && isSettled(seen),
    isHeld: hold(applied.name) !== undefined,
    invocationId: seen?.invocationId,
    cutShort: cutShort(applied, seen),
    orderedAfter: applied.orderedAfter,
  }
}

/** A move that was cut short counts as made if what runs was started from the new definition, or is about to be. */
const effectiveDefinition = (
  applied: AppliedUnit,
  seen: UnitStatus | undefined,
): Pick<AppliedUnit, 'hash' | 'settings'> =>
  applied.previous === undefined || (seen !== undefined && hasTaken(applied, seen))
    ? applied
    : applied.previous

/** What ended before its move is known by the new definition, too: it takes a new run, or one that was changed live, to have moved. */
const hasTaken = ({ revision, previous }: AppliedUnit, seen: UnitStatus): boolean =>
  seen.isRestarting === true ||
  (seen.revision === revision && (isActive(seen) || seen.invocationId !== previous?.invocationId))

const cutShort = ({ previous }: AppliedUnit, seen: UnitStatus | undefined): ActualUnit['cutShort'] => {
  if (previous === undefined) return undefined
  const isMoved = seen?.isRestarting || seen?.invocationId !== previous.invocationId
  return isMoved ? 'after its move' : 'before its move'
}

export const isActive = (status: UnitStatus): boolean =>
  status.isRestarting === true ||
  status.activeState === 'active' ||
  status.activeState === 'reloading' ||
  status.activeState === 'activating'

/** It has run, and ended (or is about to) in a way that asks for no new start: done, gave up, stopped on purpose. */
const isSettled = (status: UnitStatus): boolean =>
  status.activeState === 'failed' ||
  (status.activeState === 'inactive' && status.invocationId !== undefined && !wasRemoved(status)) ||
  // What it needs has ended, or a person stops it: a plan that is made meanwhile does not bring it up again.
  (status.activeState === 'deactivating' &&
    (status.cause?.kind === 'dependency' || status.cause?.kind === 'operator'))

/** By a commit, and what wants it now is another one. */
const wasRemoved = ({ isStopRequested, cause }: UnitStatus): boolean =>
  isStopRequested === true && cause?.kind === 'deploy'
