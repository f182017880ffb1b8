/** The health gate of a deployment: every unit that moved is ready and has stayed so, or is among the failures. */
import type { Plan } from '../plan/plan.ts'
import type { Definitions } from './applied-set.ts'
import type { Applied } from './apply.ts'
import { readinessOf } from './readiness.ts'
import { type UnitFailure, waitForUnits } from './wait-for-units.ts'
import type { World } from './world.ts'

export interface Trial {
  readonly plan: Plan
  readonly definitions: Definitions
  /** Units moved by generations that were cut short: they still have to prove themselves. */
  readonly inherited: readonly string[]
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

export const failuresOf = async (
  trial: Trial,
  applied: Applied,
  world: World,
): Promise<readonly UnitFailure[]> => {
  if (applied.wasAborted) return applied.failures
  const up = onTrial(trial, applied, world)
  return applied.failures.length > 0
    ? [...applied.failures, ...lostMeanwhile(up, applied, world)]
    : verify(up, trial, world)
}

const onTrial = (
  { plan, inherited, definitions }: Trial,
  { moved }: Applied,
  { holds }: World,
): readonly string[] => {
  const steps = plan.steps.filter(({ verb, unit }) => verb !== 'stop' && moved.includes(unit))
  // Held units and those that the definitions no longer have are no part of the verdict.
  return [...new Set([...steps.map(({ unit }) => unit), ...inherited])].filter(
    (unit) => definitions.desired.units.has(unit) && holds.get(unit) === undefined,
  )
}

const verify = async (
  up: readonly string[],
  { signal, deadlineMs }: Trial,
  { supervisor, clock, policy, holds }: World,
): Promise<readonly UnitFailure[]> => {
  if (up.length === 0) return []
  const isHeld = (unit: string): boolean => holds.get(unit) !== undefined
  const waiting = { supervisor, clock, signal, deadlineMs, isHeld }
  const verdict = await waitForUnits(up, policy.settleMs, waiting)
  return verdict.kind === 'failed' ? verdict.failures : []
}

/** What was up at first and died while others were still on their way is to blame like them: else it would be tried again. */
const lostMeanwhile = (
  up: readonly string[],
  { failures }: Applied,
  { supervisor }: World,
): readonly UnitFailure[] =>
  up.flatMap((unit) => {
    const status = supervisor.status(unit)
    const isKnown = failures.some((failure) => failure.unit === unit)
    if (isKnown || status === undefined || readinessOf(status) !== 'failed') return []
    return [{ unit, reason: status.reason }]
  })
