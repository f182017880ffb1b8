/** Which revisions are not applied again by themselves, since they failed or nobody wants them, and what counts as good. */
import type { Revision } from '../base/revision.ts'
import type { Generation } from '../store/records.ts'
import type { PassRequest } from './pass-loop.ts'
import type { World } from './world.ts'

type Named = Pick<Revision, 'sha'>

export const automaticRollback = 'automatic rollback'

export const isAutomatic = (generation: Generation): boolean => generation.origin === automaticRollback

/** How far back generations are looked at. */
const remembered = 1000

/** The revision of the newest generation that turned out well. */
export const lastGood = ({ generations }: World): Revision | undefined =>
  generations.latest(remembered).find(({ outcome }) => outcome === 'Healthy')?.revision

/**
 * True for a revision that failed and was taken back, or that a person declined: the next poll does not apply it again. Also
 * where the daemon died between remembering what failed and writing down the outcome.
 */
export const isTakenBack = (revision: Named, world: World): boolean => {
  if (isDeclined(revision, world)) return true
  const last = lastTrial(revision, world)
  return last?.outcome === 'RolledBack' || (last?.outcome === 'Progressing' && isRejected(revision, world))
}

/**
 * A person's `sync` tries again what was taken back though neither a definition nor a person was to blame: the host was. So
 * does whoever names the revision.
 */
export const isTriedAgain = (
  revision: Revision,
  { permits, triesUpTo }: Pick<PassRequest, 'permits' | 'triesUpTo'>,
  world: World,
): boolean => {
  if (permits.retries || triesUpTo === 'all') return true
  if (isDeclined(revision, world) || isRejected(revision, world)) return false
  return (lastTrial(revision, world)?.number ?? 0) <= (triesUpTo ?? 0)
}

/** The newest generation whose end, way back included, could be known to somebody who asked so long ago; 0: none. */
export const knownBy = (
  agoMs: number,
  { generations, clock }: Pick<World, 'generations' | 'clock'>,
  isPassRunning: boolean,
): number => {
  const nowMs = clock.now()
  const latest = generations.latest(remembered)
  // An end that lies ahead tells only that the clock was wrong.
  const ended = latest.find(
    ({ endedAtMs }) => endedAtMs !== undefined && (endedAtMs <= nowMs - agoMs || endedAtMs > nowMs),
  )
  if (ended === undefined) return 0
  const isOnTheWayBack = ended.outcome === 'RolledBack' && (isPassRunning || ended !== latest[0])
  return isOnTheWayBack ? ended.number - 1 : ended.number
}

/** A refused revision moved nothing: what is said of an earlier trial of it holds on. */
const lastTrial = ({ sha }: Named, { generations }: World): Generation | undefined =>
  generations
    .latest(remembered)
    .find((entry) => entry.revision.sha === sha && !isAutomatic(entry) && entry.outcome !== 'Refused')

const isDeclined = ({ sha }: Named, { orders }: World): boolean =>
  orders.now.declined.some((entry) => entry.sha === sha)

const isRejected = ({ sha }: Named, { rejections }: World): boolean =>
  rejections.all().some((rejection) => rejection.revision === sha)
