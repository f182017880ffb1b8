/** Generations that were cut short, by the end of the daemon or by a newer commit: what they moved is not forgotten. */
import type { Generation } from '../store/records.ts'
import type { World } from './world.ts'

/** The newest generations, as far as none of them has come to an end of its own; newest first. */
export const unfinished = ({ generations }: Pick<World, 'generations'>): readonly Generation[] => {
  const latest = generations.latest(50).filter(({ outcome }) => outcome !== 'Refused')
  const end = latest.findIndex(({ outcome }) => outcome !== 'Progressing' && outcome !== 'Superseded')
  return latest.slice(0, end === -1 ? undefined : end)
}

/**
 * Ends the record of a generation that the end of the daemon cut short; gives the units moved by all those generations that
 * were cut short just before this one. Undefined: there is none.
 */
export const takeOverInterrupted = async (world: World): Promise<readonly string[] | undefined> => {
  const chain = unfinished(world)
  const [last] = chain
  if (last === undefined) return undefined
  if (last.outcome === 'Progressing') await endInterrupted(last, world)
  return chain.flatMap(({ steps }) =>
    steps.filter(({ step }) => step.verb !== 'stop').map(({ step }) => step.unit),
  )
}

const endInterrupted = async (
  { number, revision }: Generation,
  { generations, rejections, orders, clock }: World,
): Promise<void> => {
  const declined = orders.now.declined.find((entry) => entry.sha === revision.sha)
  const wasLost = declined ?? rejections.all().find((rejection) => rejection.revision === revision.sha)
  const ending = wasLost
    ? ({ outcome: 'RolledBack', reason: wasLost.reason } as const)
    : ({
        outcome: 'Superseded',
        reason: 'the daemon ended; what was left to do went on as the next generation',
      } as const)
  await generations.finish(number, { ...ending, endedAtMs: clock.now() })
}
