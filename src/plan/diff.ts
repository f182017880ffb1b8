/** From what runs to what shall run: one step for each unit, each with its reason. Every restart's reason is made here. */

import type { Revision } from '../base/revision.ts'
import type { UnitName } from '../units/unit.ts'
import type { ActualState, ActualUnit } from './actual.ts'
import { changesBetween, describeChanges, verbOfChanges } from './changes.ts'
import type { DesiredState, DesiredUnit } from './desired.ts'
import { restartedWith } from './graph.ts'
import { inOrder, keptStep } from './order.ts'
import type { Plan, SettingChange, Step, Verb } from './plan.ts'
import { planHash } from './plan-hash.ts'

/** The plan from `actual` to `desired`. Pure: the same two states give the same plan, and once applied an empty one. */
export const diff = (actual: ActualState, desired: DesiredState, from: Revision | undefined): Plan => {
  const moves = new Map<UnitName, Decision>()
  const kept: Step[] = []
  for (const unit of desired.units.values()) {
    const { name } = unit.unit
    const decision = decide(unit, actual.get(name))
    if (decision?.verb === 'keep') kept.push(keptStep(name, decision))
    else if (decision) moves.set(name, decision)
  }
  for (const { name } of actual.values())
    if (!desired.units.has(name)) moves.set(name, decision('stop', 'removed'))
  propagateRestarts(moves, desired, actual)
  const steps = inOrder({ moves, kept: kept.filter(({ unit }) => !moves.has(unit)) }, desired, actual)
  return { from, to: desired.revision, steps, hash: planHash(steps, desired) }
}

/** A step before it has its place in the order. */
export type Decision = Pick<Step, 'verb' | 'reason' | 'changes'>

/** Undefined for units that concern nobody now: templates, masked ones, and what could not be loaded. */
const decide = (desired: DesiredUnit, actual: ActualUnit | undefined): Decision | undefined => {
  if (actual === undefined) return newcomer(desired)
  if (desired.unit.loadState === 'masked') return maskedDecision(actual)
  const isChanged = actual.hash !== desired.hash
  const changes = isChanged ? changesBetween(actual.settings, desired.settings) : none
  if (actual.isHeld) return decision('keep', 'held', changes)
  if (isChanged) return changed(desired, actual, changes)
  if (desired.isWanted && !actual.isActive && !actual.isSettled)
    return decision('start', 'was to run and does not')
  return unchanged
}

const newcomer = ({ unit, isWanted }: DesiredUnit): Decision | undefined => {
  if (isWanted) return decision('start', 'new')
  return unit.isTemplate || unit.loadState !== 'loaded'
    ? undefined
    : decision('keep', 'left to what activates it')
}

const none: readonly SettingChange[] = []

const decision = (verb: Verb, reason: string, changes = none): Decision => ({ verb, reason, changes })

/** What is decided of almost every unit, almost every time. */
const unchanged = decision('keep', 'unchanged')

const maskedDecision = (actual: ActualUnit): Decision =>
  actual.isActive ? decision('stop', 'masked') : decision('keep', 'masked')

/** A changed definition: moved if it runs, tried anew if it is to run and does not, noted if something else activates it. */
const changed = (desired: DesiredUnit, actual: ActualUnit, changes: readonly SettingChange[]): Decision => {
  const reason = describeChanges(changes)
  const verb = verbOfChanges(changes)
  if (actual.isActive) return decision(verb, reason, changes)
  if (!desired.isWanted || verb === 'update') return decision('update', reason, changes)
  return decision('start', reason, changes)
}

/** What Requires=, BindsTo= or PartOf= a restarted unit restarts with it; again for those, until nothing is added. */
const propagateRestarts = (
  moves: Map<UnitName, Decision>,
  desired: DesiredState,
  actual: ActualState,
): void => {
  const restarts = (name: UnitName): boolean => moves.get(name)?.verb === 'restart'
  // What a deployment was restarting when it was cut short still takes along those that it had not come to.
  const wasRestarting = ({ name, cutShort }: ActualUnit): boolean =>
    cutShort === 'after its move' || (cutShort !== undefined && moves.get(name)?.verb === 'start')
  const cutShort = [...actual.values()].filter((unit) => desired.units.has(unit.name) && wasRestarting(unit))
  const origins = new Set([...moves.keys()].filter(restarts))
  for (const { name } of cutShort) origins.add(name)
  // By name, so that the order in which a folder grew has no say in which of two takes a third along.
  const pending = [...origins].sort()
  for (const origin of pending) {
    for (const name of restartedWith(desired, origin)) {
      const unit = actual.get(name)
      if (!desired.units.has(name) || !unit?.isActive || unit.isHeld) continue
      const { verb = 'keep', changes = none } = moves.get(name) ?? {}
      const mayMove = verb === 'keep' || verb === 'update' || verb === 'reload'
      if (!mayMove || (!restarts(origin) && unit.cutShort !== 'before its move')) continue
      moves.set(name, decision('restart', `${origin} restarts`, changes))
      pending.push(name)
    }
  }
}
