/** One pass over the tip that the source gives: parse, plan, apply, verify. What a commit becomes is decided here and nowhere else. */
import type { Revision } from '../base/revision.ts'
import type { Occasion } from '../plan/hooks.ts'
import { isLetThrough, waitForPruning, waitForTime } from './admission.ts'
import { runLastApplied } from './boot.ts'
import { isOverdue, rejectUnconfirmed } from './confirmation.ts'
import { definitionsOf, holdBack, type Parsed, parse } from './definitions.ts'
import { type Deployed, deploy, unchanged } from './deploy.ts'
import { noPermits, type Waiting } from './gate.ts'
import type { Interruption } from './interruption.ts'
import type { PassRequest } from './pass-loop.ts'
import { refuse } from './refuse.ts'
import { reconsider } from './standing-orders.ts'
import { automaticRollback, isAutomatic, isTakenBack, isTriedAgain, lastGood } from './taken-back.ts'
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
  if (!isTriedAgain(revision, pass, world) && isTakenBack(revision, world))
    return { ...passed(revision), deployed: await keepUp(pass, world) }
  const waiting = isLetThrough(revision, world) ? undefined : waitForTime(pass.permits, world)
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
  if (wasCutShort && (isAutomatic(last) || isTakenBack(last.revision, world))) return keepUp(pass, world)
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
  const waiting = isLetThrough(revision, world)
    ? undefined
    : waitForPruning(definitions.desired.units, pass.permits, world)
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
