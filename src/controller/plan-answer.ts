/** The answer to `gitproc plan`: what applying a revision would do, and what would keep it from being applied by itself. */
import type { PlanAnswer } from '../api/contract.ts'
import { GitprocError } from '../base/error.ts'
import type { Revision } from '../base/revision.ts'
import { holdBack, parse } from './definitions.ts'
import { planTo } from './deploy.ts'
import type { Source } from './source.ts'
import { pinnedElsewhere, type Standing } from './standing.ts'
import type { World } from './world.ts'

export interface PlanContext {
  readonly source: Source
  readonly standing: Standing
}

/** Of the tip of the branch, unless a revision is named. */
export const planAnswer = async (
  name: string | undefined,
  { source, standing }: PlanContext,
  world: World,
): Promise<PlanAnswer> => {
  const { repository } = world
  const revision = name === undefined ? await repository.head() : await repository.resolve(name)
  const parsed = await parse(revision, await repository.files(revision.sha), world)
  const { definitions } = await holdBack(parsed, world)
  return {
    plan: planTo(definitions, world),
    commits: await source.commitsBetween(world.revision, revision),
    diagnostics: parsed.desired.diagnostics,
    isNext: name === undefined || (await isTip(revision, world)),
    waits: await whatKeeps(revision, standing, world),
  }
}

/** A branch that is gone has none, but other revisions can be planned. */
const isTip = async ({ sha }: Revision, { repository }: World): Promise<boolean> => {
  try {
    return (await repository.head()).sha === sha
  } catch (error) {
    if (error instanceof GitprocError) return false
    throw error
  }
}

/** What a person has to do something about comes first. */
const whatKeeps = async (
  revision: Revision,
  { waiting }: Standing,
  { trust, orders }: World,
): Promise<PlanAnswer['waits']> => {
  const objection = await trust.objection(revision)
  if (objection) return { why: objection.reason, remedy: objection.remedy }
  return pinnedElsewhere(revision, orders.now) ?? (waiting?.sha === revision.sha ? waiting : undefined)
}
