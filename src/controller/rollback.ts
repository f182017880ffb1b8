/** Going back: a new commit on the watched branch whose units are those of an earlier one. Git stays the truth. */
import type { RollbackRequest } from '../api/requests.ts'
import { GitprocError } from '../base/error.ts'
import { type Revision, revisionName } from '../base/revision.ts'
import type { Plan } from '../plan/plan.ts'
import type { Orders, Pin } from '../store/records.ts'
import { holdBack, parse } from './definitions.ts'
import { planTo } from './deploy.ts'
import { timeText } from './gate.ts'
import { reconsider } from './standing-orders.ts'
import { lastGood } from './taken-back.ts'
import type { World } from './world.ts'

export interface PlannedRollback {
  readonly to: Revision
  readonly plan: Plan
}

/** Finds the revision to go back to, validates it whole, and plans the way. Nothing is changed yet. */
export const planRollback = async (revision: string | undefined, world: World): Promise<PlannedRollback> => {
  const to = revision === undefined ? healthyBefore(world) : await world.repository.resolve(revision)
  await world.trust.checkReturn(to)
  const parsed = await parse(to, await world.repository.files(to.sha), world)
  if (parsed.isRefused) {
    throw new GitprocError('units/refused', `${revisionName(to)} has errors in its unit files`, {
      remedy: `gitproc verify ${to.sha.slice(0, 7)} lists them`,
      data: { diagnostics: parsed.desired.diagnostics },
    })
  }
  const { definitions } = await holdBack(parsed, world)
  return { to, plan: planTo(definitions, world) }
}

/** Makes the commit. Fails `git/dirty-work-tree` rather than overwrite what somebody is editing. */
export const commitRollback = async (
  to: Revision,
  { who, reason }: RollbackRequest,
  world: World,
): Promise<Revision> => {
  const because = reason === undefined ? '' : `: ${reason}`
  const message = `Roll back to ${to.sha.slice(0, 7)}: ${to.subject}\n\nThe units are those of commit ${to.sha}.\nAsked for by ${who} with gitproc rollback${because}.\n`
  await world.trust.willRollBack(await world.repository.head(), to)
  return world.repository.commitTreeOf(to.sha, message, {
    name: who,
    email: `${who.replace(/[^\w.-]/g, '-')}@localhost`,
  })
}

/** Leaves the branch alone: this host stays at the revision until `resume`. */
export const pin = async (to: Revision, { who, reason }: RollbackRequest, world: World): Promise<void> => {
  const { orders, clock } = world
  const nowMs = clock.now()
  const goodSha = lastGood(world)?.sha
  await orders.change((now) => ({
    ...reconsider(to.sha)(now),
    pin: { sha: to.sha, who, sinceMs: nowMs, reason, replaces: pinInForce(now, goodSha) },
  }))
}

/** The one that led to what was last good: a pin whose way was cut short has led nowhere. */
const pinInForce = ({ pin: standing }: Orders, goodSha: string | undefined): Pin | undefined => {
  if (standing === undefined || standing.sha !== goodSha) return standing?.replaces
  const { replaces: _, ...inForce } = standing
  return inForce
}

/** A commit on a branch that this host does not follow helps nobody. Fails `plan/waits`. */
export const checkFollowsBranch = (request: RollbackRequest, { orders, localTime }: World): void => {
  const { pin: pinned } = orders.now
  if (pinned === undefined || request.pin) return
  const since = timeText(pinned.sinceMs, localTime)
  throw new GitprocError(
    'plan/waits',
    `this host is pinned to ${pinned.sha.slice(0, 7)} by ${pinned.who} since ${since}`,
    { remedy: 'first: gitproc resume; or move the pin: gitproc rollback SHA --pin' },
  )
}

/** The newest healthy generation of another revision than the one applied now. */
const healthyBefore = ({ generations, revision }: World): Revision => {
  const earlier = generations
    .latest(1000)
    .find((generation) => generation.outcome === 'Healthy' && generation.revision.sha !== revision?.sha)
  if (earlier) return earlier.revision
  throw new GitprocError('git/bad-revision', 'there is no earlier healthy generation to go back to', {
    remedy: 'name a commit: gitproc rollback SHA (gitproc history lists them)',
  })
}
