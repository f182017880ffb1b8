/**
 * Hooks in a plan: units that run before what a deployment moves, after it, or when it was taken back. They are steps like
 * all others, so that they are shown, journaled, waited for and bounded as those are.
 */
import type { DesiredState } from './desired.ts'
import { startsAfter } from './graph.ts'
import { isEmptyPlan, type Plan, type Step } from './plan.ts'
import { planHash } from './plan-hash.ts'
import { type Hook, hookOf } from './wanted.ts'

/** What a plan is for: a commit; the way back from one that failed; or only to keep up what is there. */
export type Occasion = 'sync' | 'failure' | 'upkeep'

/** `isOpen`: an earlier deployment was cut short, so that its hooks have not all run though nothing may be left to move. */
export const withHooks = (
  plan: Plan,
  desired: DesiredState,
  { occasion, isOpen }: { readonly occasion: Occasion; readonly isOpen: boolean },
): Plan => {
  const every = allHooks(desired)
  const hooks = (hook: Hook): readonly string[] => every.get(hook) ?? []
  const isMoving = !isEmptyPlan(plan) || isOpen
  const before = occasion === 'sync' && isMoving ? hooks('PreSync') : []
  const after = occasion === 'sync' && isMoving ? hooks('PostSync') : []
  const lost = occasion === 'failure' ? hooks('SyncFail') : []
  const all = new Set([...before, ...after, ...lost])
  if (all.size === 0) return plan
  const others = plan.steps.filter(({ unit }) => !all.has(unit))
  const moving = others.flatMap(({ verb, unit }) => (verb === 'keep' ? [] : [unit]))
  const hookSteps = (names: readonly string[], hook: Hook, waitsFor: readonly string[]): readonly Step[] =>
    inTurn(names, desired).map(({ name, earlier }) => ({
      verb: 'start',
      unit: name,
      reason: `${hook} hook`,
      changes: plan.steps.find(({ unit }) => unit === name)?.changes ?? [],
      after: [...waitsFor, ...earlier].sort(),
    }))
  const steps = [
    ...hookSteps(before, 'PreSync', []),
    ...others.map((step) => waiting(step, before)),
    ...hookSteps(after, 'PostSync', [...before, ...moving]),
    ...hookSteps(lost, 'SyncFail', moving),
  ]
  return { ...plan, steps, hash: planHash(steps, desired) }
}

const allHooks = ({ units }: DesiredState): ReadonlyMap<Hook, readonly string[]> => {
  const hooks = new Map<Hook, string[]>()
  for (const { unit } of units.values()) {
    const hook = hookOf(unit)
    if (hook !== undefined) hooks.set(hook, [...(hooks.get(hook) ?? []), unit.name])
  }
  return hooks
}

const waiting = (step: Step, before: readonly string[]): Step =>
  step.verb === 'keep' || before.length === 0
    ? step
    : { ...step, after: [...new Set([...step.after, ...before])].sort() }

interface Turn {
  readonly name: string
  readonly earlier: readonly string[]
}

/** Hooks of one kind, each behind those that it is ordered after. */
const inTurn = (names: readonly string[], desired: DesiredState): readonly Turn[] => {
  const turns: Turn[] = []
  const visit = (name: string): void => {
    if (turns.some((turn) => turn.name === name)) return
    const earlier = startsAfter(desired, name).filter((other) => names.includes(other))
    for (const other of earlier) visit(other)
    turns.push({ name, earlier })
  }
  for (const name of [...names].sort()) visit(name)
  return turns
}
