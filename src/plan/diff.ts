/** From what runs to what shall run: one step for each unit, each with its reason. Every restart's reason is made here. */

import type { Revision } from '../base/revision.ts'
import type { UnitName } from '../units/unit.ts'
import type { ActualState, ActualUnit } from './actual.ts'
import { changesBetween, describeChanges, verbOfChanges } from './changes.ts'
import type { DesiredState, DesiredUnit } from './desired.ts'
import { predecessors } from './graph.ts'
import { nameIndex } from './names.ts'
import { inOrder } from './order.ts'
import type { Plan, SettingChange, Step, Verb } from './plan.ts'
import { planHash } from './plan-hash.ts'
import { restartsWith } from './requirements.ts'
import { activatedBy } from './wanted.ts'

/** The plan from `actual` to `desired`. Pure: the same two states give the same plan, and once applied an empty one. */
export const diff = (actual: ActualState, desired: DesiredState, from: Revision | undefined): Plan => {
  const decided = new Map<UnitName, Decision>()
  for (const unit of desired.units.values()) {
    const decision = decide(unit, actual.get(unit.unit.name))
    if (decision) decided.set(unit.unit.name, decision)
  }
  for (const unit of actual.values()) {
    if (!desired.units.has(unit.name))
      decided.set(unit.name, { verb: 'stop', reason: 'removed', changes: [] })
  }
  propagateRestarts(decided, desired, actual)
  const steps = inOrder(decided, predecessors(desired.orderings), actual)
  return { from, to: desired.revision, steps, hash: planHash(steps, desired) }
}

/** A step before it has its place in the order. */
export type Decision = Pick<Step, 'verb' | 'reason' | 'changes'>

/** Undefined for units that concern nobody now: templates, masked ones, and what could not be loaded. */
const decide = (desired: DesiredUnit, actual: ActualUnit | undefined): Decision | undefined => {
  if (actual === undefined) return newcomer(desired)
  if (desired.unit.loadState === 'masked') return maskedDecision(actual)
  const changes = changesBetween(actual.settings, desired.settings)
  if (actual.isHeld) return decision('keep', 'held', changes)
  if (actual.hash !== desired.hash) return changed(desired, actual, changes)
  if (desired.isWanted && !actual.isActive && !actual.isSettled)
    return decision('start', 'was to run and does not')
  return decision('keep', 'unchanged')
}

const newcomer = ({ unit, isWanted }: DesiredUnit): Decision | undefined => {
  if (isWanted) return decision('start', 'new')
  return unit.isTemplate || unit.loadState !== 'loaded'
    ? undefined
    : decision('keep', 'left to what activates it')
}

const decision = (verb: Verb, reason: string, changes: readonly SettingChange[] = []): Decision => ({
  verb,
  reason,
  changes,
})

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
  decided: Map<UnitName, Decision>,
  desired: DesiredState,
  actual: ActualState,
): void => {
  const names = nameIndex([...desired.units.values()].map((entry) => entry.unit))
  const dependents = dependentsOf(desired, names)
  const restarts = (name: UnitName): boolean => decided.get(name)?.verb === 'restart'
  // What a deployment was restarting when it was cut short still takes along those that it had not come to.
  const wasRestarting = (name: UnitName): boolean => {
    const cutShort = actual.get(name)?.cutShort
    return cutShort === 'after its move' || (cutShort !== undefined && decided.get(name)?.verb === 'start')
  }
  const pending = [...decided.keys()].filter((name) => restarts(name) || wasRestarting(name))
  for (const origin of pending) {
    for (const name of dependents.get(origin) ?? []) {
      const verb = decided.get(name)?.verb
      const mayMove = verb === 'keep' || verb === 'update' || verb === 'reload'
      const unit = actual.get(name)
      if (!mayMove || !unit?.isActive || unit.isHeld) continue
      if (!restarts(origin) && unit.cutShort !== 'before its move') continue
      decided.set(name, {
        verb: 'restart',
        reason: `${origin} restarts`,
        changes: decided.get(name)!.changes,
      })
      pending.push(name)
    }
  }
}

const dependentsOf = (
  desired: DesiredState,
  names: ReadonlyMap<UnitName, UnitName>,
): ReadonlyMap<UnitName, readonly UnitName[]> => {
  const dependents = new Map<UnitName, UnitName[]>()
  for (const { unit } of desired.units.values()) {
    // A service that runs has the sockets that it was started with.
    if (unit.type === 'socket')
      dependents.set(unit.name, [...(dependents.get(unit.name) ?? []), ...activatedBy(unit)])
    for (const other of restartsWith(unit)) {
      const name = names.get(other)
      if (name !== undefined) dependents.set(name, [...(dependents.get(name) ?? []), unit.name])
    }
  }
  return dependents
}
