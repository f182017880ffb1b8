/** One deployment: a generation from its plan to its outcome, its records durable before and after what they speak of. */

import { diff } from '../plan/diff.ts'
import type { Plan } from '../plan/plan.ts'
import type { GenerationOutcome, Rejection } from '../store/records.ts'
import { actualState } from './actual-state.ts'
import type { Definitions } from './applied-set.ts'
import { type Applied, apply } from './apply.ts'
import { type UnitFailure, waitForUnits } from './wait-for-units.ts'
import type { World } from './world.ts'

export interface Deployment {
  readonly definitions: Definitions
  /** `commit`, `boot`, `automatic rollback`, …: why this generation exists. */
  readonly origin: string
  readonly stopsAtFailure: boolean
  /** How the generation ends when a unit fails; `RolledBack` where the caller takes it back. */
  readonly failureOutcome: 'Degraded' | 'RolledBack'
  /** Failed definitions are remembered and stay out until they change. */
  readonly rejects: boolean
  readonly signal: AbortSignal
}

export interface Deployed {
  /** Undefined: there was nothing to do, and no generation was made. */
  readonly generation: number | undefined
  readonly outcome: GenerationOutcome | 'Unchanged'
  readonly failures: readonly UnitFailure[]
}

/** The plan from what runs now to these definitions. */
export const planTo = (definitions: Definitions, world: World): Plan =>
  diff(observe(world), definitions.desired, world.revision)

export const deploy = async (deployment: Deployment, world: World): Promise<Deployed> => {
  const { definitions, origin } = deployment
  const plan = planTo(definitions, world)
  define(definitions, world)
  const moving = plan.steps.filter((step) => step.verb !== 'keep')
  const staying = plan.steps.filter((step) => step.verb === 'keep').map((step) => step.unit)
  await world.applied.replace(staying, definitions)
  const inherited = await takeOverInterrupted(world)
  if (moving.length + inherited.length === 0 && world.isAt(plan.to)) return unchanged
  const journaled = { ...plan, steps: moving }
  const startedAtMs = world.clock.now()
  const generation = await world.generations.begin({
    revision: plan.to,
    origin,
    plan: journaled,
    startedAtMs,
  })
  world.log.info('generation began', { generation, revision: plan.to.sha, origin, steps: moving.length })
  const starting = moving.filter((step) => step.verb !== 'stop').map((step) => step.unit)
  await world.applied.intend(starting, definitions, observe(world))
  world.arrive(plan.to)
  const deadlineMs = startedAtMs + world.policy.deadlineMs
  return carryOut({ deployment, plan: journaled, inherited, generation, deadlineMs }, world)
}

export const unchanged: Deployed = { generation: undefined, outcome: 'Unchanged', failures: [] }

interface Running {
  readonly deployment: Deployment
  readonly plan: Plan
  /** Units moved by a generation that a death of the daemon cut short: they still have to prove themselves. */
  readonly inherited: readonly string[]
  readonly generation: number
  readonly deadlineMs: number
}

const carryOut = async (running: Running, world: World): Promise<Deployed> => {
  const { deployment, plan, generation, deadlineMs } = running
  const { stopsAtFailure, signal, definitions, failureOutcome } = deployment
  const applied = await apply({ plan, generation, deadlineMs, stopsAtFailure, signal }, world)
  await record(plan, applied, definitions, world)
  const failures =
    applied.wasAborted || applied.failures.length > 0
      ? applied.failures
      : await verify(running, applied, world)
  if (signal.aborted) return end('Superseded', undefined, { running, failures: [] }, world)
  if (failures.length === 0) return end('Healthy', undefined, { running, failures }, world)
  if (deployment.rejects) await world.rejections.add(rejectionsOf(definitions, failures, world))
  return end(failureOutcome, describeFailures(failures), { running, failures }, world)
}

/** The health gate: every unit that moved is ready and has stayed so. */
const verify = async (running: Running, applied: Applied, world: World): Promise<readonly UnitFailure[]> => {
  const { plan, deployment, deadlineMs, inherited } = running
  const moved = plan.steps.filter((step) => step.verb !== 'stop' && applied.moved.includes(step.unit))
  const up = [...new Set([...moved.map((step) => step.unit), ...inherited])].filter((unit) =>
    isUp(unit, deployment, world),
  )
  if (up.length === 0) return []
  const { supervisor, clock, policy } = world
  const verdict = await waitForUnits(up, policy.settleMs, {
    supervisor,
    clock,
    signal: deployment.signal,
    deadlineMs,
  })
  return verdict.kind === 'failed' ? verdict.failures : []
}

/** Held units and those that the definitions no longer have are no part of the verdict. */
const isUp = (unit: string, { definitions }: Deployment, { holds }: World): boolean =>
  definitions.desired.units.has(unit) && holds.get(unit) === undefined

const describeFailures = (failures: readonly UnitFailure[]): string =>
  failures.map(({ unit, reason }) => `${unit}: ${reason}`).join('; ')

/** Definitions that are to blame; one whose launch the host failed (no room, no memory) may be fine tomorrow. */
const rejectionsOf = (
  { desired }: Definitions,
  failures: readonly UnitFailure[],
  { supervisor, clock }: World,
): readonly Rejection[] =>
  failures.flatMap(({ unit, reason }) => {
    const definition = desired.units.get(unit)
    if (definition === undefined || supervisor.status(unit)?.lastExit?.failedStep === 'RESOURCES') return []
    return [{ unit, hash: definition.hash, revision: desired.revision.sha, reason, atMs: clock.now() }]
  })

/** Ends the record of a generation that a death of the daemon cut short; gives the units that it had moved. */
const takeOverInterrupted = async ({ generations, rejections, clock }: World): Promise<readonly string[]> => {
  const [last] = generations.latest(1)
  if (last?.outcome !== 'Progressing') return []
  const wasLost = rejections.all().some((rejection) => rejection.revision === last.revision.sha)
  const ending = wasLost
    ? ({ outcome: 'RolledBack', reason: 'it failed, and the daemon ended while taking it back' } as const)
    : ({
        outcome: 'Superseded',
        reason: 'the daemon ended; what was left to do went on as the next generation',
      } as const)
  await generations.finish(last.number, { ...ending, endedAtMs: clock.now() })
  return last.steps.filter(({ step }) => step.verb !== 'stop').map(({ step }) => step.unit)
}

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

const observe = (world: World): ReturnType<typeof actualState> =>
  actualState({
    applied: world.applied.all(),
    status: (unit) => world.supervisor.status(unit),
    hold: (unit) => world.holds.get(unit),
  })

/** The supervisor learns every definition that it does not have yet; what runs is not touched by that. */
const define = ({ desired, revisionOf }: Definitions, world: World): void => {
  for (const [name, { unit, hash }] of desired.units) {
    if (unit.isTemplate || unit.loadState === 'masked' || world.defined.get(name) === unit) continue
    const known = world.applied.get(name)
    world.supervisor.define(unit, known?.hash === hash ? known.revision : revisionOf(name))
    world.defined.set(name, unit)
  }
}
