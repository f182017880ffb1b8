/** Puts steps into an order that respects After=: dependents stop first, what they need starts first. */
import type { UnitName } from '../units/unit.ts'
import type { ActualState } from './actual.ts'
import type { DesiredState } from './desired.ts'
import type { Decision } from './diff.ts'
import { startsAfter } from './graph.ts'
import type { Step } from './plan.ts'

type Predecessors = (unit: UnitName) => readonly UnitName[]

/** Everything that is decided: of most units that they stay as they are. */
export interface Decided {
  readonly moves: ReadonlyMap<UnitName, Decision>
  readonly kept: readonly Step[]
}

/** Steps with what each waits for, sorted so that every step stands behind those it waits for; ties by name. */
export const inOrder = (
  { moves, kept }: Decided,
  desired: DesiredState,
  actual: ActualState,
): readonly Step[] => {
  const stops = [...moves].filter(([, { verb }]) => verb === 'stop').map(([unit]) => unit)
  const stopsAfter = stopPredecessors(stops, actual)
  const context = { moves, stops, startsAfter: (unit: UnitName) => startsAfter(desired, unit) }
  const steps = [...moves].map(([unit, step]): Step => {
    const after = step.verb === 'stop' ? stopsAfter(unit) : moving(unit, step, context)
    return { unit, ...step, after: [...after].sort() }
  })
  return topological(steps, kept)
}

/** Nobody waits for what stays as it is, and it waits for nobody. */
export const keptStep = (unit: UnitName, { verb, reason, changes }: Decision): Step => ({
  unit,
  verb,
  reason,
  changes,
  after: nobody,
})

const nobody: readonly UnitName[] = []

interface Moving {
  readonly moves: ReadonlyMap<UnitName, Decision>
  readonly startsAfter: Predecessors
  readonly stops: readonly UnitName[]
}

/**
 * Steps that a start waits for: those of its predecessors, found through units that stay as they are; and, for a new unit,
 * every stop, since a renamed service wants the port of its old name.
 */
const moving = (
  unit: UnitName,
  step: Decision,
  { moves, startsAfter, stops }: Moving,
): ReadonlySet<UnitName> => {
  const found = new Set<UnitName>(step.verb === 'start' ? stops : [])
  if (step.verb === 'update') return new Set()
  const seen = new Set([unit])
  const pending = [...startsAfter(unit)]
  for (const name of pending) {
    if (seen.has(name)) continue
    seen.add(name)
    const verb = moves.get(name)?.verb
    if (verb === 'start' || verb === 'restart' || verb === 'reload') found.add(name)
    else pending.push(...startsAfter(name))
  }
  return found
}

/** A removed unit stops after the removed units that were started after it. */
const stopPredecessors = (stops: readonly UnitName[], actual: ActualState): Predecessors => {
  const stopping = new Set(stops)
  const after = new Map<UnitName, UnitName[]>()
  for (const unit of stops) {
    for (const earlier of actual.get(unit)?.orderedAfter ?? []) {
      if (stopping.has(earlier) && earlier !== unit) after.set(earlier, [...(after.get(earlier) ?? []), unit])
    }
  }
  return (unit) => after.get(unit) ?? nobody
}

/**
 * Kahn's algorithm over levels. Starts have no cycle, validation saw to that; removed units that were applied in different
 * generations may have one, and then stop without waiting for each other.
 */
const topological = (steps: readonly Step[], kept: readonly Step[]): readonly Step[] => {
  const waiting = new Map(steps.map((step) => [step.unit, step.after.length]))
  const dependents = new Map<UnitName, Step[]>()
  for (const step of steps)
    for (const name of step.after) dependents.set(name, [...(dependents.get(name) ?? []), step])
  const levels: Step[][] = []
  let level = steps.filter((step) => step.after.length === 0)
  while (level.length > 0) {
    levels.push(level.sort(byRankAndName))
    const behind = level.flatMap((step) => dependents.get(step.unit) ?? [])
    level = behind.filter((step) => release(waiting, step))
  }
  const [first = [], ...later] = levels
  const left = steps.filter((step) => waiting.get(step.unit)! > 0).sort(byRankAndName)
  const freed = left.map((step) => ({ ...step, after: nobody }))
  return [...freed, ...first, ...[...kept].sort(byRankAndName), ...later.flat()]
}

const release = (waiting: Map<UnitName, number>, step: Step): boolean => {
  const left = waiting.get(step.unit)! - 1
  waiting.set(step.unit, left)
  return left === 0
}

const rank = { stop: 0, update: 1, reload: 2, restart: 3, start: 4, keep: 5 } as const

const byRankAndName = (a: Step, b: Step): number => rank[a.verb] - rank[b.verb] || (a.unit < b.unit ? -1 : 1)
