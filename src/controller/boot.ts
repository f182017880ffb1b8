/** The daemon comes up: what was applied is defined again and taken over as it lives, whether git can be read or not. */
import { definitionsOf } from './definitions.ts'
import { deploy } from './deploy.ts'
import type { World } from './world.ts'

/** Makes the supervisor know every unit that was applied, from our own records, and adopts what still lives of them. */
export const takeOver = async (world: World): Promise<void> => {
  if (world.revision !== undefined) {
    const { desired, revisionOf } = await definitionsOf(world.applied, world.revision, world)
    for (const [name, { unit }] of desired.units) {
      world.supervisor.define(unit, revisionOf(name))
      world.defined.set(name, unit)
    }
  }
  await world.supervisor.adopt()
}

/** The source cannot be read: the last applied state is to run all the same. */
export const runLastApplied = async (world: World, signal: AbortSignal): Promise<void> => {
  if (world.revision === undefined) return
  const definitions = await definitionsOf(world.applied, world.revision, world)
  await deploy(
    {
      definitions,
      origin: 'boot',
      stopsAtFailure: false,
      failureOutcome: 'Degraded',
      rejects: false,
      signal,
    },
    world,
  )
}
