/** Going back: a new commit on the watched branch whose units are those of an earlier one. Git stays the truth. */
import type { RollbackRequest } from '../api/contract.ts'
import { GitprocError } from '../base/error.ts'
import { type Revision, revisionName } from '../base/revision.ts'
import type { Plan } from '../plan/plan.ts'
import { holdBack, parse } from './definitions.ts'
import { planTo } from './deploy.ts'
import type { World } from './world.ts'

export interface PlannedRollback {
  readonly to: Revision
  readonly plan: Plan
}

/** Finds the revision to go back to, validates it whole, and plans the way. Nothing is changed yet. */
export const planRollback = async (revision: string | undefined, world: World): Promise<PlannedRollback> => {
  const to = revision === undefined ? healthyBefore(world) : await world.repository.resolve(revision)
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
export const commitRollback = (to: Revision, { who }: RollbackRequest, world: World): Promise<Revision> => {
  const message = `Roll back to ${to.sha.slice(0, 7)}: ${to.subject}\n\nThe units are those of commit ${to.sha}.\nAsked for by ${who} with gitproc rollback.\n`
  return world.repository.commitTreeOf(to.sha, message, {
    name: who,
    email: `${who.replace(/[^\w.-]/g, '-')}@localhost`,
  })
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
