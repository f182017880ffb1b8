/** One pass over the tip that the source gives: parse, plan, apply, verify. What a commit becomes is decided here and nowhere else. */
import type { Revision } from '../base/revision.ts'
import type { Occasion } from '../plan/hooks.ts'
import type { Generation } from '../store/records.ts'
import { runLastApplied } from './boot.ts'
import { isOverdue, rejectUnconfirmed } from './confirmation.ts'
import { definitionsOf, holdBack, type Parsed, parse } from './definitions.ts'
import { type Deployed, deploy, unchanged } from './deploy.ts'
import { judgePruning, judgeTime, noPermits, type Waiting } from './gate.ts'
import type { Interruption } from './interruption.ts'
import type { PassRequest } from './pass-loop.ts'
import { refuse } from './refuse.ts'
import { reconsider } from './standing-orders.ts'
import type { World } from './world.ts'

/** How far a pass has come that moves something. */
export type Stage =
  | { readonly kind: 'applying'; readonly parsed: Parsed }
  | { readonly kind: 'awaiting confirmation'; readonly dueAtMs: number }
  | { readonly kind: 'taking back' }

export interface Pass extends PassRequest {
  readonly interruption: Interruption
  readonly enter: (stage: Stage) => void
}

export interface Passed {
  readonly revision: Revision
  readonly parsed: Parsed | undefined
  readonly deployed: Deployed | undefined
  /** Why the revision is not applied yet. */
  readonly waiting: Waiting | undefined
}

export const reconcile = async (tip: Revision, pass: Pass, world: World): Promise<Passed> => {
  const revision = await aim(tip, world)
  if (isOverdue(world)) await rejectUnconfirmed(revision.sha, world)
  if (!isRetry(pass, revision, world) && isTakenBack(revision, world))
    return { ...passed(revision), deployed: await keepUp(pass, world) }
  const waiting = isLetThrough(revision, world) ? undefined : judgeNow(pass, world)
  if (waiting) return { ...passed(revision), waiting, deployed: await standStill(pass, world) }
  const parsed = await parse(revision, await world.repository.files(revision.sha), world)
  if (parsed.isRefused) {
    await standStill(pass, world)
    return { ...passed(revision), parsed, deployed: await refuseInvalid(parsed, world) }
  }
  return roll(parsed, pass, world)
}

const passed = (revision: Revision): Passed => ({
  revision,
  parsed: undefined,
  deployed: undefined,
  waiting: undefined,
})

/** What is to run: what waits to be confirmed, or what a person pinned, or else the tip. */
const aim = async (tip: Revision, { orders, repository }: World): Promise<Revision> => {
  const { confirmation, pin } = orders.now
  const sha = confirmation?.sha ?? pin?.sha
  return sha === undefined || sha === tip.sha ? tip : repository.resolve(sha)
}

/**
 * True for a revision that failed and was taken back, or that a person declined: the next poll does not apply it again. Also
 * where the daemon died between remembering what failed and writing down the outcome.
 */
export const isTakenBack = (revision: Revision, { generations, rejections, orders }: World): boolean => {
  if (orders.now.declined.some(({ sha }) => sha === revision.sha)) return true
  // A refused revision moved nothing: what is said of the one before it holds on.
  const last = generations.latest(50).find((entry) => !isAutomatic(entry) && entry.outcome !== 'Refused')
  if (last?.revision.sha !== revision.sha) return false
  const isRejected = rejections.all().some((rejection) => rejection.revision === revision.sha)
  return last.outcome === 'RolledBack' || (last.outcome === 'Progressing' && isRejected)
}

/** A person's `sync` tries again what was taken back though neither a definition nor a person was to blame: the host was. */
const isRetry = ({ permits, origin }: Pass, { sha }: Revision, { rejections, orders }: World): boolean => {
  const isBlamed =
    rejections.all().some(({ revision }) => revision === sha) ||
    orders.now.declined.some((entry) => entry.sha === sha)
  return permits.retries || (origin === 'sync' && !isBlamed)
}

export const isAutomatic = (generation: Generation): boolean => generation.origin === automaticRollback

export const automaticRollback = 'automatic rollback'

/** What has begun is brought to its end; what a person pinned or wants to confirm was named by that person. */
const isLetThrough = (revision: Revision, { orders, isAt }: World): boolean => {
  const { pin, confirmation } = orders.now
  return isAt(revision) || pin?.sha === revision.sha || confirmation?.sha === revision.sha
}

/** Whether a newer tip would be applied at once, so that it may cut short what is being applied. */
export const mayOvertake = (world: World): boolean => {
  const { confirmation, pin } = world.orders.now
  return !confirmation && !pin && judgeNow({ permits: noPermits }, world) === undefined
}

const judgeNow = (
  { permits }: Pick<Pass, 'permits'>,
  { orders, policy, clock, localTime }: World,
): Waiting | undefined =>
  judgeTime(orders.now, policy.syncWindows, permits, { nowMs: clock.now(), zones: localTime.zones })

/** Nothing new is wanted: what was last good is to run, which it does unless a deployment was cut short. */
export const keepUp = async (pass: Pass, world: World): Promise<Deployed> => {
  const revision = lastGood(world)
  return revision === undefined ? unchanged : deployGood(revision, 'upkeep', pass, world)
}

/** The tip waits, or makes no sense: what was let through before it is brought to its end, and runs on. */
const standStill = async (pass: Pass, world: World): Promise<Deployed> => {
  const last = world.generations.latest(50).find(({ outcome }) => outcome !== 'Refused')
  const { revision } = world
  const wasCutShort = last?.outcome === 'Progressing' || last?.outcome === 'Superseded'
  if (wasCutShort && isAutomatic(last)) return keepUp(pass, world)
  if (wasCutShort && revision !== undefined) {
    const parsed = await parse(revision, await world.repository.files(revision.sha), world)
    // What was asked of the one that waits does not concern this one.
    const { expects: _, confirm: __, ...rest } = pass
    return (await roll(parsed, { ...rest, permits: noPermits }, world)).deployed ?? unchanged
  }
  if (pass.origin === 'boot') await runLastApplied(world, pass.interruption.signal)
  return unchanged
}

const deployGood = async (
  revision: Revision,
  occasion: Occasion,
  pass: Pass,
  world: World,
): Promise<Deployed> => {
  pass.interruption.renew()
  const definitions = await definitionsOf(world.good, revision, world)
  return deploy(
    {
      definitions,
      origin: automaticRollback,
      occasion,
      ...lastResort,
      signal: pass.interruption.signal,
      began: () => pass.enter({ kind: 'taking back' }),
    },
    world,
  )
}

/** A rollback is not itself taken back. */
const lastResort = { stopsAtFailure: false, failureOutcome: 'Degraded', rejects: false } as const

/** The revision of the newest generation that turned out well. */
export const lastGood = ({ generations }: World): Revision | undefined =>
  generations.latest(1000).find((generation) => generation.outcome === 'Healthy')?.revision

const refuseInvalid = ({ desired }: Parsed, world: World): Promise<Deployed> => {
  const errors = desired.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const reason = errors
    .map(({ position, message }) => `${position.file}:${position.line}: ${message}`)
    .join('; ')
  return refuse({ revision: desired.revision, origin: 'commit', reason }, world)
}

/** Applies what is not held back; what fails is taken back as the policy says. */
const roll = async (parsed: Parsed, pass: Pass, world: World): Promise<Passed> => {
  const { revision } = parsed.desired
  if (pass.permits.retries) await forgive(revision, world)
  const { definitions, obsolete } = await holdBack(parsed, world)
  const waiting = judgeRemoval(definitions.desired.units, revision, pass, world)
  if (waiting) return { ...passed(revision), waiting, deployed: await standStill(pass, world) }
  await world.rejections.remove(obsolete.map((rejection) => rejection.unit))
  const good = lastGood(world)
  const how = good === undefined ? 'no' : world.policy.rollbackOnFailure
  const whole = how === 'commit'
  const deployed = await deploy(
    {
      definitions,
      origin: pass.origin,
      occasion: 'sync',
      stopsAtFailure: whole,
      failureOutcome: whole ? 'RolledBack' : 'Degraded',
      rejects: how !== 'no',
      hasGood: good !== undefined,
      signal: pass.interruption.signal,
      expects: pass.expects,
      confirm: pass.confirm,
      began: () => pass.enter({ kind: 'applying', parsed }),
      awaits: (dueAtMs) => pass.enter({ kind: 'awaiting confirmation', dueAtMs }),
    },
    world,
  )
  if (good !== undefined && deployed.outcome === 'RolledBack') await deployGood(good, 'failure', pass, world)
  else if (good !== undefined && how === 'unit' && deployed.outcome === 'Degraded')
    await deployRest(parsed, pass, world)
  return { ...passed(revision), parsed, deployed }
}

/** `sync --retry`: what was rejected or declined has another chance. */
const forgive = async ({ sha }: Revision, { rejections, orders }: World): Promise<void> => {
  await rejections.remove(rejections.all().map((rejection) => rejection.unit))
  await orders.change(reconsider(sha))
}

const judgeRemoval = (
  desired: ReadonlyMap<string, unknown>,
  revision: Revision,
  { permits }: Pass,
  world: World,
): Waiting | undefined => {
  if (permits.prune || isLetThrough(revision, world)) return undefined
  const present = world.applied.all().map(({ name }) => name)
  return judgePruning(present, (unit) => desired.has(unit), world.policy.pruneLimit)
}

/** `rollback_on_failure = unit`: the revision again, without the definitions that were just rejected. */
const deployRest = async (parsed: Parsed, { interruption }: Pass, world: World): Promise<Deployed> => {
  const { definitions } = await holdBack(parsed, world)
  return deploy(
    {
      definitions,
      origin: automaticRollback,
      occasion: 'failure',
      ...lastResort,
      signal: interruption.signal,
    },
    world,
  )
}
