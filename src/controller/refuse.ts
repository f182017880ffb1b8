/** A revision that is not applied: one generation says so, however often it is looked at. */
import type { Revision } from '../base/revision.ts'
import type { Deployed } from './deploy.ts'
import type { World } from './world.ts'

export interface Refusal {
  readonly revision: Revision
  /** Who brought it: `commit`. */
  readonly origin: string
  /** In English. */
  readonly reason: string
}

export const refuse = async ({ revision, origin, reason }: Refusal, world: World): Promise<Deployed> => {
  const { generations, clock, log } = world
  const last = generations.latest(1)[0]
  if (last?.outcome === 'Refused' && last.revision.sha === revision.sha && last.reason === reason)
    return { generation: last.number, outcome: 'Refused', failures: [] }
  const plan = { from: world.revision, to: revision, steps: [], hash: '' }
  const generation = await generations.begin({ revision, origin, plan, startedAtMs: clock.now() })
  await generations.finish(generation, { outcome: 'Refused', reason, endedAtMs: clock.now() })
  log.warn('revision refused, what runs goes on', { revision: revision.sha, generation, reason })
  return { generation, outcome: 'Refused', failures: [] }
}
