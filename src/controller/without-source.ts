/** A pass while the source cannot be read: what was applied runs on, and what nobody confirmed in time is taken back all the same. */
import { runLastApplied } from './boot.ts'
import { isOverdue, rejectUnconfirmed } from './confirmation.ts'
import { keepUp, type Pass } from './reconcile.ts'
import { isTakenBack } from './taken-back.ts'
import type { World } from './world.ts'

export const runWithoutSource = async (pass: Pass, world: World): Promise<void> => {
  const { confirmation } = world.orders.now
  if (confirmation && isOverdue(world)) await rejectUnconfirmed(confirmation.sha, world)
  if (!isGivenUp(world)) await runLastApplied(world, pass.interruption.signal)
  if (isGivenUp(world)) await keepUp(pass, world)
}

const isGivenUp = (world: World): boolean =>
  world.revision !== undefined && isTakenBack(world.revision, world)
