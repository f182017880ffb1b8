/** The daemon comes up: what was applied is defined again and taken over as it lives, whether git can be read or not. */
import type { DesiredState } from '../plan/desired.ts'
import { definitionsOf } from './definitions.ts'
import { deploy } from './deploy.ts'
import { hasEnded } from './gate.ts'
import { describe } from './operator.ts'
import type { World } from './world.ts'

/** Makes the supervisor know every unit that was applied, from our own records, and adopts what still lives of them; gives them. */
export const takeOver = async (world: World): Promise<DesiredState | undefined> => {
  const last = world.revision && (await definitionsOf(world.applied, world.revision, world))
  if (last !== undefined) {
    const { desired, revisionOf } = last
    for (const [name, { unit }] of desired.units) {
      world.supervisor.define(unit, revisionOf(name))
      world.defined.set(name, unit)
    }
  }
  await world.supervisor.adopt()
  keepHolds(world)
  return last?.desired
}

/** A person's stop that the last daemon wrote down and did not live to carry out. */
const keepHolds = ({ holds, supervisor, clock }: World): void => {
  for (const { unit, who, reason } of holds.all().filter((hold) => !hasEnded(hold, clock.now()))) {
    const status = supervisor.status(unit)
    // Also what is on its way down: its own Restart= may have sent it there.
    if (status === undefined || status.activeState === 'inactive' || status.activeState === 'failed') continue
    const text = describe('stop', reason === undefined ? { who } : { who, reason })
    void supervisor.stop(unit, { kind: 'operator', text, who })
  }
}

/** The source cannot be read: the last applied state is to run all the same. */
export const runLastApplied = async (world: World, signal: AbortSignal): Promise<void> => {
  if (world.revision === undefined) return
  const definitions = await definitionsOf(world.applied, world.revision, world)
  await deploy(
    {
      definitions,
      origin: 'boot',
      occasion: 'upkeep',
      stopsAtFailure: false,
      failureOutcome: 'Degraded',
      rejects: false,
      signal,
    },
    world,
  )
}
