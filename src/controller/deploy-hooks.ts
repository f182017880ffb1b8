/** What a deployment's hooks are told, and which of its units are hooks (`plan/hooks.ts` makes steps of them). */
import type { Cause } from '../base/cause.ts'
import type { DesiredState } from '../plan/desired.ts'
import type { Occasion } from '../plan/hooks.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { hookOf } from '../plan/wanted.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { World } from './world.ts'

interface Deploying {
  readonly plan: Plan
  readonly desired: DesiredState
  readonly generation: number
}

/** Hooks learn what is deployed from their environment: known only when the generation has its number. */
export const hookPreparer =
  ({ plan, desired, generation }: Deploying, { supervisor }: Pick<World, 'supervisor'>) =>
  ({ unit: name }: Step): void => {
    const unit = desired.units.get(name)?.unit
    if (unit === undefined || hookOf(unit) === undefined) return
    supervisor.define(withEnvironment(unit, environmentOf(plan, desired, generation)), plan.to.sha)
  }

export const isHook = (name: string, desired: DesiredState): boolean => {
  const unit = desired.units.get(name)?.unit
  return unit !== undefined && hookOf(unit) !== undefined
}

/** Nothing moves where one of these fails, whatever `rollback_on_failure` says. */
export const barriersOf = ({ steps }: Plan, desired: DesiredState): ReadonlySet<string> =>
  new Set(steps.flatMap(({ unit }) => (isPreSync(unit, desired) ? [unit] : [])))

/**
 * Ends hooks that are still under way for another revision, or for the one that is now taken back: half of what they do is
 * over, the rest is not wanted, and whatever was to run in their place would take them for itself.
 */
export const endOtherHooks = async (sha: string, occasion: Occasion, world: World): Promise<void> => {
  const { generations, defined, supervisor, clock, policy } = world
  // A deployment that was good has waited for its hooks.
  if (generations.latest(1)[0]?.outcome === 'Healthy') return
  const isOther = (name: string): boolean => {
    const { activeState, cause, revision } = supervisor.status(name) ?? {}
    const isUnderWay = activeState === 'activating' && cause?.kind !== 'operator'
    return isUnderWay && (occasion !== 'sync' || revision !== sha)
  }
  const others = [...defined].filter(([name, unit]) => hookOf(unit) !== undefined && isOther(name))
  if (others.length === 0) return
  const cause: Cause = { kind: 'deploy', text: 'its deployment was cut short', revision: sha }
  const stopped = Promise.all(
    others.map(async ([name]) => {
      await supervisor.stop(name, cause)
      // That it was killed is no failure of what comes now.
      supervisor.reset(name)
    }),
  )
  const patience = Promise.withResolvers<void>()
  const cancel = clock.at(clock.now() + policy.deadlineMs, patience.resolve)
  await Promise.race([stopped, patience.promise]).finally(cancel)
}

const isPreSync = (name: string, { units }: DesiredState): boolean => {
  const unit = units.get(name)?.unit
  return unit !== undefined && hookOf(unit) === 'PreSync'
}

const environmentOf = (
  { from, to, steps }: Plan,
  desired: DesiredState,
  generation: number,
): Readonly<Record<string, string>> => ({
  GITPROC_REVISION: to.sha,
  GITPROC_PREVIOUS: from?.sha ?? '',
  GITPROC_GENERATION: String(generation),
  GITPROC_UNITS: steps
    .filter(({ verb, unit }) => verb !== 'keep' && !isHook(unit, desired))
    .map(({ unit }) => unit)
    .join(' '),
})

const withEnvironment = (unit: LoadedUnit, variables: Readonly<Record<string, string>>): LoadedUnit => {
  if (unit.service === undefined) return unit
  const added = Object.entries(variables).map(([name, value]) => ({ name, value }))
  return { ...unit, service: { ...unit.service, Environment: [...unit.service.Environment, ...added] } }
}
