/** One deployment: a generation from its plan to its outcome, its records durable before and after what they speak of. */
import { GitprocError } from '../base/error.ts'
import type { ActualUnit } from '../plan/actual.ts'
import { diff } from '../plan/diff.ts'
import { type Occasion, withHooks } from '../plan/hooks.ts'
import type { Plan } from '../plan/plan.ts'
import type { GenerationOutcome, Orders, Rejection } from '../store/records.ts'
import { actualState, actualUnit, type Observation } from './actual-state.ts'
import type { Definitions } from './applied-set.ts'
import { type Applied, apply } from './apply.ts'
import { awaitConfirmation, rejectUnconfirmed } from './confirmation.ts'
import { barriersOf, endOtherHooks, hookPreparer, isHook } from './deploy-hooks.ts'
import { failuresOf } from './health-gate.ts'
import { takeOverInterrupted } from './interrupted.ts'
import { causeOf, type InterruptionCause } from './interruption.ts'
import { decline, unpin } from './standing-orders.ts'
import { lastGood } from './taken-back.ts'
import type { UnitFailure } from './wait-for-units.ts'
import type { World } from './world.ts'

export interface Deployment {
  readonly definitions: Definitions
  /** `commit`, `boot`, `automatic rollback`, …: why this generation exists. */
  readonly origin: string
  /** Which hooks run with it. */
  readonly occasion: Occasion
  readonly stopsAtFailure: boolean
  /** How the generation ends when a unit fails; `RolledBack` where the caller takes it back. */
  readonly failureOutcome: 'Degraded' | 'RolledBack'
  /** Failed definitions are remembered and stay out until they change. */
  readonly rejects: boolean
  /** Whether there is something earlier that it can be taken back to, when it is cancelled or not confirmed. */
  readonly hasGood?: boolean
  /** Its reason is an InterruptionCause. */
  readonly signal: AbortSignal
  /** Only the plan of this hash: fails `plan/moved` before anything moves where it is another one by now. */
  readonly expects?: string | undefined
  /** Stays good only if somebody confirms it within this time of its beginning. */
  readonly confirm?: { readonly who: string; readonly spanMs: number } | undefined
  /** Told once it is certain that something moves. */
  readonly began?: () => void
  /** Told once everything is good but for the confirmation. */
  readonly awaits?: (dueAtMs: number) => void
}

export interface Deployed {
  /** Undefined: there was nothing to do, and no generation was made. */
  readonly generation: number | undefined
  readonly outcome: GenerationOutcome | 'Unchanged'
  readonly failures: readonly UnitFailure[]
}

/** The plan from what runs now to these definitions. */
export const planTo = ({ desired }: Definitions, world: World, occasion: Occasion = 'sync'): Plan =>
  withHooks(diff(actualState(world.applied.all(), observing(world)), desired, world.revision), desired, {
    occasion,
    isOpen: world.generations.latest(1)[0]?.outcome === 'Progressing',
  })

export const deploy = async (deployment: Deployment, world: World): Promise<Deployed> => {
  const { definitions, origin } = deployment
  await endOtherHooks(definitions.desired.revision.sha, deployment.occasion, world)
  const plan = planTo(definitions, world, deployment.occasion)
  checkExpected(plan, deployment)
  const moving = plan.steps.filter((step) => step.verb !== 'keep')
  await keepStaying(plan, definitions, world)
  const inherited = await takeOverInterrupted(world)
  if (moving.length === 0 && inherited === undefined && world.isAt(plan.to)) {
    define(definitions, world)
    return unchanged
  }
  deployment.began?.()
  const journaled = { ...plan, steps: moving }
  const startedAtMs = world.clock.now()
  await askForConfirmation(deployment, { sha: plan.to.sha, nowMs: startedAtMs }, world)
  const generation = await world.generations.begin({
    revision: plan.to,
    signedBy: world.trust.signerOf(plan.to.sha),
    origin,
    plan: journaled,
    startedAtMs,
  })
  world.log.info('generation began', { generation, revision: plan.to.sha, origin, steps: moving.length })
  const starting = moving.filter((step) => step.verb !== 'stop').map((step) => step.unit)
  await world.applied.intend(starting, definitions, observe(world))
  // Not before: what is known can be started, and what was started must be known to the next daemon, too.
  define(definitions, world)
  world.arrive(plan.to)
  const deadlineMs = startedAtMs + world.policy.deadlineMs
  return carryOut({ deployment, plan: journaled, inherited: inherited ?? [], generation, deadlineMs }, world)
}

/** What no step moves has its new definition all the same; of a held unit we keep in mind by which one it may still run or be started. */
const keepStaying = async (plan: Plan, definitions: Definitions, world: World): Promise<void> => {
  const { applied, holds } = world
  const isChanged = (unit: string): boolean =>
    applied.get(unit)?.hash !== definitions.desired.units.get(unit)?.hash
  const changed = plan.steps.flatMap(({ verb, unit }) => (verb === 'keep' && isChanged(unit) ? [unit] : []))
  const { held = [], free = [] } = Object.groupBy(changed, (unit) => (holds.get(unit) ? 'held' : 'free'))
  await applied.intend(held, definitions, observe(world))
  await applied.replace(free, definitions)
}

const checkExpected = ({ hash }: Plan, { expects }: Deployment): void => {
  if (expects === undefined || expects === hash) return
  throw new GitprocError('plan/moved', `the plan is another one now: ${hash} instead of ${expects}`, {
    remedy: 'git or what runs has moved since; look again: gitproc plan',
  })
}

/** Stands on disk before anything moves: whatever happens then, time runs. */
const askForConfirmation = async (
  { confirm }: Deployment,
  { sha, nowMs }: { readonly sha: string; readonly nowMs: number },
  { orders }: World,
): Promise<void> => {
  if (confirm === undefined) return
  const { who, spanMs } = confirm
  await orders.change((now) => ({
    ...now,
    confirmation: { sha, who, sinceMs: nowMs, dueAtMs: nowMs + spanMs },
  }))
}

export const unchanged: Deployed = { generation: undefined, outcome: 'Unchanged', failures: [] }

interface Running {
  readonly deployment: Deployment
  readonly plan: Plan
  /** Units moved by generations that were cut short: they still have to prove themselves. */
  readonly inherited: readonly string[]
  readonly generation: number
  readonly deadlineMs: number
}

const carryOut = async (running: Running, world: World): Promise<Deployed> => {
  const { deployment, plan, generation, deadlineMs } = running
  const { stopsAtFailure, signal, definitions, failureOutcome } = deployment
  const { desired } = definitions
  const prepare = hookPreparer({ plan, desired, generation }, world)
  const hooks = { barriers: barriersOf(plan, desired), isAwaited: (unit: string) => isHook(unit, desired) }
  const inherited = running.inherited.filter((unit) => desired.units.has(unit))
  const applied = await apply(
    { plan, generation, deadlineMs, stopsAtFailure, signal, prepare, inherited, ...hooks },
    world,
  )
  await record(plan, applied, definitions, world)
  const failures = await failuresOf({ ...running, definitions, signal }, applied, world)
  const cause = causeOf(signal)
  if (cause) return endCutShort(cause, running, world)
  if (failures.length === 0) return endGood(running, world)
  await dropConfirmation(plan.to.sha, world)
  if (deployment.rejects) await world.rejections.add(rejectionsOf(definitions, failures, world))
  const outcome = isHookFailure(failures, deployment) ? 'RolledBack' : failureOutcome
  return end(outcome, describeFailures(failures), { running, failures }, world)
}

/** A hook speaks for the whole commit, under `rollback_on_failure = unit`, too. */
const isHookFailure = (
  failures: readonly UnitFailure[],
  { definitions, hasGood, rejects }: Deployment,
): boolean => hasGood === true && rejects && failures.some(({ unit }) => isHook(unit, definitions.desired))

/** Good, unless somebody has yet to say so. */
const endGood = async (running: Running, world: World): Promise<Deployed> => {
  const { deployment, plan } = running
  const { sha } = plan.to
  const { confirmation } = world.orders.now
  if (confirmation?.sha !== sha) return end('Healthy', undefined, { running, failures: [] }, world)
  deployment.awaits?.(confirmation.dueAtMs)
  const answer = await awaitConfirmation(sha, deployment.signal, world)
  if (answer === 'overdue') {
    const reason = await rejectUnconfirmed(sha, world)
    return end(takenBack(deployment), reason, { running, failures: [] }, world)
  }
  const cause = causeOf(deployment.signal)
  if (answer === 'interrupted' && cause) return endCutShort(cause, running, world)
  return end('Healthy', undefined, { running, failures: [] }, world)
}

/** A generation that the end of the daemon cuts short stays open in the journal: the next daemon goes on with it. */
const endCutShort = async (cause: InterruptionCause, running: Running, world: World): Promise<Deployed> => {
  const { deployment, plan, generation } = running
  switch (cause.kind) {
    case 'closed':
      return { generation, outcome: 'Superseded', failures: [] }
    case 'superseded':
      await dropConfirmation(plan.to.sha, world)
      return end('Superseded', undefined, { running, failures: [] }, world)
    case 'cancelled': {
      const reason = `cancelled by ${cause.who}${cause.reason === undefined ? '' : `: ${cause.reason}`}`
      await world.orders.change(cancelled(plan.to.sha, reason, world))
      return end(takenBack(deployment), reason, { running, failures: [] }, world)
    }
  }
}

/** Of a pin that led to what is good, only the upkeep was cancelled: it stands. */
const cancelled =
  (sha: string, reason: string, world: World) =>
  (orders: Orders): Orders => {
    const declined = decline(sha, reason, world.clock.now())(orders)
    return lastGood(world)?.sha === sha ? declined : unpin(sha)(declined)
  }

/** What is declined is taken back whatever `rollback_on_failure` says, if there is anything to go back to. */
const takenBack = ({ hasGood }: Deployment): GenerationOutcome => (hasGood ? 'RolledBack' : 'Degraded')

const dropConfirmation = async (sha: string, { orders }: World): Promise<void> => {
  if (orders.now.confirmation?.sha === sha)
    await orders.change((now) => ({ ...now, confirmation: undefined }))
}

const describeFailures = (failures: readonly UnitFailure[]): string =>
  failures.map(({ unit, reason }) => `${unit}: ${reason}`).join('; ')

/** Definitions that are to blame; one whose launch the host failed (no room, no memory) may be fine tomorrow. */
const rejectionsOf = (
  { desired }: Definitions,
  failures: readonly UnitFailure[],
  { supervisor, clock, good }: World,
): readonly Rejection[] =>
  failures.flatMap(({ unit, reason }) => {
    const definition = desired.units.get(unit)
    // A hook that fails is not to be left out by the next commit: it is the commit that is not applied again.
    if (definition === undefined || isHook(unit, desired)) return []
    if (supervisor.status(unit)?.lastExit?.failedStep === 'RESOURCES') return []
    // There is nothing to put in the place of what is good; and it may stand where a rejected one stays out.
    if (good.get(unit)?.hash === definition.hash) return []
    return [{ unit, hash: definition.hash, revision: desired.revision.sha, reason, atMs: clock.now() }]
  })

const record = async (
  plan: Plan,
  applied: Applied,
  definitions: Definitions,
  world: World,
): Promise<void> => {
  const gone = plan.steps.filter((step) => step.verb === 'stop' && applied.moved.includes(step.unit))
  await world.applied.finish(applied.moved, definitions)
  await world.applied.remove(gone.map((step) => step.unit))
}

const end = async (
  outcome: GenerationOutcome,
  reason: string | undefined,
  { running, failures }: { readonly running: Running; readonly failures: readonly UnitFailure[] },
  world: World,
): Promise<Deployed> => {
  const { generation } = running
  if (outcome === 'Healthy') await world.good.become(world.applied)
  await world.generations.finish(generation, { outcome, reason, endedAtMs: world.clock.now() })
  world.log.info('generation ended', { generation, outcome, ...(reason === undefined ? {} : { reason }) })
  return { generation, outcome, failures }
}

const observing = ({ supervisor, holds }: World): Observation => ({
  status: (unit) => supervisor.status(unit),
  hold: (unit) => holds.get(unit),
})

/** One unit as it is now. */
const observe =
  (world: World) =>
  (name: string): ActualUnit | undefined => {
    const applied = world.applied.get(name)
    return applied && actualUnit(applied, observing(world))
  }

/** The supervisor learns every definition that it does not have yet; what runs is not touched by that. */
const define = ({ desired, revisionOf }: Definitions, world: World): void => {
  for (const [name, { unit, hash }] of desired.units) {
    if (unit.isTemplate || unit.loadState === 'masked' || world.defined.get(name) === unit) continue
    const known = world.applied.get(name)
    world.supervisor.define(unit, known?.hash === hash ? known.revision : revisionOf(name))
    world.defined.set(name, unit)
  }
}
