/** Whether a revision may be applied now, or waits, and whether a newer one may cut short what is being applied. */
import type { Revision } from '../base/revision.ts'
import { holdBack, parse } from './definitions.ts'
import { judgePruning, judgeTime, type Permits, type Waiting } from './gate.ts'
import { unfinished } from './interrupted.ts'
import { isTakenBack } from './taken-back.ts'
import type { World } from './world.ts'

/** What has begun is brought to its end; what a person pinned or wants to confirm was named by that person. */
export const isLetThrough = (revision: Revision, { orders, isAt }: World): boolean => {
  const { pin, confirmation } = orders.now
  return isAt(revision) || pin?.sha === revision.sha || confirmation?.sha === revision.sha
}

/** What the hour and the orders that stand say. */
export const waitForTime = (
  permits: Permits,
  { orders, policy, clock, localTime }: World,
): Waiting | undefined =>
  judgeTime(orders.now, policy.syncWindows, permits, { nowMs: clock.now(), zones: localTime.zones })

/** What the guard against mass deletion says. */
export const waitForPruning = (
  desired: ReadonlyMap<string, unknown>,
  { prune }: Permits,
  world: World,
): Waiting | undefined => {
  if (prune) return undefined
  const unproven = broughtUnproven(world)
  const present = world.applied.all().flatMap(({ name }) => (unproven.has(name) ? [] : name))
  return judgePruning(present, (unit) => desired.has(unit), world.policy.pruneLimit)
}

/** What only a deployment brought that has not come to its end is not missed when it goes: that commit may be reverted. */
const broughtUnproven = (world: World): ReadonlySet<string> => {
  const steps = unfinished(world).flatMap((generation) => generation.steps)
  const brought = steps.filter(({ step }) => step.verb === 'start' && step.reason === 'new')
  return new Set(brought.map(({ step }) => step.unit).filter((unit) => world.good.get(unit) === undefined))
}

/** Whether a newer tip would be applied at once by somebody with these permits, so that it may cut short what is being applied. */
export const mayOvertake = async (tip: Revision, permits: Permits, world: World): Promise<boolean> => {
  const { confirmation, pin } = world.orders.now
  if (confirmation || pin || waitForTime(permits, world) !== undefined || isTakenBack(tip, world))
    return false
  const parsed = await parse(tip, await world.repository.files(tip.sha), world)
  if (parsed.isRefused) return false
  const { definitions } = await holdBack(parsed, world)
  return waitForPruning(definitions.desired.units, permits, world) === undefined
}
