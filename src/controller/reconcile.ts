/** One pass over the tip that the source gives: parse, plan, apply, verify. What a commit becomes is decided here and nowhere else. */
import type { Revision } from '../base/revision.ts'
import type { Generation } from '../store/records.ts'
import { definitionsOf, holdBack, type Parsed, parse } from './definitions.ts'
import { type Deployed, deploy, unchanged } from './deploy.ts'
import type { World } from './world.ts'

export interface Pass {
  /** `commit`, `boot`, `sync`: who asked for this pass. */
  readonly origin: string
  /** True where a person wants a revision tried again that failed or was refused. */
  readonly retries: boolean
  readonly signal: AbortSignal
}

export interface Passed {
  readonly revision: Revision
  readonly parsed: Parsed | undefined
  readonly deployed: Deployed | undefined
}

export const reconcile = async (revision: Revision, pass: Pass, world: World): Promise<Passed> => {
  if (!isRetry(pass, revision, world) && isTakenBack(revision, world))
    return { revision, parsed: undefined, deployed: await keepUp(pass, world) }
  const parsed = await parse(revision, await world.repository.files(revision.sha), world)
  if (parsed.isRefused) return { revision, parsed, deployed: await refuse(parsed, world) }
  return { revision, parsed, deployed: await roll(parsed, pass, world) }
}

/**
 * True for a revision that failed and was taken back: the next poll does not apply it again. Also where the daemon died
 * between remembering what failed and writing down the outcome.
 */
export const isTakenBack = (revision: Revision, { generations, rejections }: World): boolean => {
  const last = generations.latest(50).find((generation) => !isAutomatic(generation))
  if (last?.revision.sha !== revision.sha) return false
  const isRejected = rejections.all().some((rejection) => rejection.revision === revision.sha)
  return last.outcome === 'RolledBack' || (last.outcome === 'Progressing' && isRejected)
}

/** A person's `sync` tries again what was taken back though no definition was to blame: the host was. */
const isRetry = ({ retries, origin }: Pass, revision: Revision, { rejections }: World): boolean =>
  retries || (origin === 'sync' && !rejections.all().some((rejection) => rejection.revision === revision.sha))

export const isAutomatic = (generation: Generation): boolean => generation.origin === automaticRollback

export const automaticRollback = 'automatic rollback'

/** Nothing new is wanted: what was last good is to run, which it does unless a deployment was cut short. */
const keepUp = async ({ signal }: Pass, world: World): Promise<Deployed> => {
  const revision = lastGood(world)
  return revision === undefined ? unchanged : deployGood(revision, signal, world)
}

const deployGood = async (revision: Revision, signal: AbortSignal, world: World): Promise<Deployed> => {
  const definitions = await definitionsOf(world.good, revision, world)
  return deploy({ definitions, origin: automaticRollback, ...lastResort, signal }, world)
}

/** A rollback is not itself taken back. */
const lastResort = { stopsAtFailure: false, failureOutcome: 'Degraded', rejects: false } as const

/** The revision of the newest generation that turned out well. */
export const lastGood = ({ generations }: World): Revision | undefined =>
  generations.latest(1000).find((generation) => generation.outcome === 'Healthy')?.revision

const refuse = async ({ desired }: Parsed, world: World): Promise<Deployed> => {
  const { revision, diagnostics } = desired
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const last = world.generations.latest(1)[0]
  if (last?.outcome === 'Refused' && last.revision.sha === revision.sha) {
    return { ...unchanged, generation: last.number, outcome: 'Refused' }
  }
  const plan = { from: world.revision, to: revision, steps: [], hash: '' }
  const startedAtMs = world.clock.now()
  const generation = await world.generations.begin({ revision, origin: 'commit', plan, startedAtMs })
  const reason = errors
    .map(({ position, message }) => `${position.file}:${position.line}: ${message}`)
    .join('; ')
  await world.generations.finish(generation, { outcome: 'Refused', reason, endedAtMs: world.clock.now() })
  world.log.warn('revision refused, what runs goes on', {
    revision: revision.sha,
    errors: errors.length,
    reason,
  })
  return { generation, outcome: 'Refused', failures: [] }
}

/** Applies what is not held back; what fails is taken back as the policy says. */
const roll = async (parsed: Parsed, { origin, retries, signal }: Pass, world: World): Promise<Deployed> => {
  if (retries) await world.rejections.remove(world.rejections.all().map((rejection) => rejection.unit))
  const { definitions, obsolete } = await holdBack(parsed, world)
  await world.rejections.remove(obsolete.map((rejection) => rejection.unit))
  const good = lastGood(world)
  const how = good === undefined ? 'no' : world.policy.rollbackOnFailure
  const whole = how === 'commit'
  const failureOutcome = whole ? 'RolledBack' : 'Degraded'
  const deployed = await deploy(
    { definitions, origin, stopsAtFailure: whole, failureOutcome, rejects: how !== 'no', signal },
    world,
  )
  if (good === undefined || how === 'no' || deployed.outcome !== failureOutcome) return deployed
  if (whole) await deployGood(good, signal, world)
  else await deployRest(parsed, signal, world)
  return deployed
}

/** `rollback_on_failure = unit`: the revision again, without the definitions that were just rejected. */
const deployRest = async (parsed: Parsed, signal: AbortSignal, world: World): Promise<Deployed> => {
  const { definitions } = await holdBack(parsed, world)
  return deploy({ definitions, origin: automaticRollback, ...lastResort, signal }, world)
}
