/** A person's start or stop of one unit, with what it needs and what needs it (systemd.unit(5)). Plans bring their own order. */
import type { Cause } from '../base/cause.ts'
import {
  conflictsWith,
  isAfter,
  type KnownUnits,
  type PulledIn,
  pulledInBy,
  requisitesOf,
  restartedWith,
  stoppedWith,
} from '../lifecycle/dependencies.ts'
import type { UnitName } from '../units/unit.ts'
import type { Outcome } from './supervisor-port.ts'

export interface DependencyVerbs {
  readonly units: KnownUnits
  readonly isHeld: (name: UnitName) => boolean
  readonly isUp: (name: UnitName) => boolean
  readonly start: (name: UnitName, cause: Cause) => Promise<Outcome>
  readonly stop: (name: UnitName, cause: Cause) => Promise<Outcome>
  /** It is to stop once others have: until the answer is called, it is not started again by its own Restart=. */
  readonly willStop: (name: UnitName, cause: Cause) => () => void
}

export function startWithDependencies(
  name: UnitName,
  cause: Cause,
  verbs: DependencyVerbs,
): Promise<Outcome> {
  return walk(name, cause, { verbs, under: new Map() })
}

interface Walk {
  readonly verbs: DependencyVerbs
  /** Starts under way in this walk: each unit once, also where dependencies go round. */
  readonly under: Map<UnitName, Promise<Outcome>>
}

function walk(name: UnitName, cause: Cause, context: Walk): Promise<Outcome> {
  const known = context.under.get(name)
  if (known !== undefined) return known
  const outcome = startAfterDependencies(name, cause, context)
  context.under.set(name, outcome)
  return outcome
}

async function startAfterDependencies(name: UnitName, cause: Cause, context: Walk): Promise<Outcome> {
  const { verbs } = context
  const missing = requisitesOf(name, verbs.units).find((other) => !verbs.isUp(other))
  if (missing !== undefined) return failed(`it needs ${missing}, which is not up (Requisite=)`)
  const because = (why: string): Cause => ({ ...cause, kind: 'dependency', text: why })
  for (const other of conflictsWith(name, verbs.units).filter(verbs.isUp)) {
    await verbs.stop(other, because(`${name} conflicts with it (Conflicts=)`))
  }
  const pulled = pulledInBy(name, verbs.units).filter((other) => !verbs.isUp(other.name))
  const held = pulled.find((other) => other.isRequired && verbs.isHeld(other.name))
  if (held !== undefined) return failed(`it needs ${held.name}, which is held: gitproc resume ${held.name}`)
  const starts = pulled
    .filter((other) => !verbs.isHeld(other.name))
    .map((other) => startPulled(other, because(`${name} needs it`), context))
  const problems = (await Promise.all(starts)).filter((problem) => problem !== undefined)
  return problems[0] === undefined ? verbs.start(name, cause) : failed(problems[0])
}

/** Why the unit that pulls this one in can't be started; undefined where it can. */
async function startPulled(other: PulledIn, cause: Cause, context: Walk): Promise<string | undefined> {
  const outcome = walk(other.name, cause, context)
  if (!other.isAwaited) return undefined
  const { kind, ...rest } = await outcome
  if (kind !== 'failed' || !other.isRequired) return undefined
  return `it needs ${other.name}, which failed: ${'reason' in rest ? rest.reason : ''}`
}

const failed = (reason: string): Outcome => ({ kind: 'failed', reason })

/** What can't be without the unit stops with it; before it, where it was started after it. */
export async function stopWithDependents(
  name: UnitName,
  cause: Cause,
  verbs: DependencyVerbs,
): Promise<Outcome> {
  const dependents = stoppedWith(name, verbs.units).filter(verbs.isUp)
  const because: Cause = { ...cause, kind: 'dependency', text: `${name} is stopped: ${cause.text}` }
  const stops = dependents.map((other) => ({
    outcome: stopWithDependents(other, because, verbs),
    isBefore: isAfter(other, name, verbs.units),
  }))
  const over = verbs.willStop(name, cause)
  await Promise.all(stops.filter(({ isBefore }) => isBefore).map(({ outcome }) => outcome))
  over()
  return verbs.stop(name, cause)
}

/** What is restarted with the unit goes down before it and comes up after it, where it is ordered so. */
export async function restartWithDependents(
  name: UnitName,
  cause: Cause,
  verbs: DependencyVerbs & { readonly restart: (name: UnitName, cause: Cause) => Promise<Outcome> },
): Promise<Outcome> {
  const dependents = restartedWith(name, verbs.units).filter(verbs.isUp)
  const because: Cause = { ...cause, kind: 'dependency', text: `${name} is restarted: ${cause.text}` }
  const ordered = dependents.filter((other) => isAfter(other, name, verbs.units))
  for (const other of dependents) if (!ordered.includes(other)) void verbs.restart(other, because)
  await Promise.all(ordered.map((other) => stopWithDependents(other, because, verbs)))
  const outcome = await verbs.restart(name, cause)
  if (outcome.kind !== 'failed')
    for (const other of ordered) void startWithDependencies(other, because, verbs)
  return outcome
}
