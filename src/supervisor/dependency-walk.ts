/** A person's start of one unit, with what it needs (systemd.unit(5)). Plans bring their own order. */
import type { Cause } from '../base/cause.ts'
import {
  conflictsWith,
  type KnownUnits,
  type PulledIn,
  pulledInBy,
  requisitesOf,
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
  // It is known to be under way before others are looked at that may lead back to it.
  await undefined
  const missing = requisitesOf(name, verbs.units).find((other) => !verbs.isUp(other))
  if (missing !== undefined) return failed(`it needs ${missing}, which is not up (Requisite=)`)
  const { environment: _, ...plain } = cause
  const because = (why: string): Cause => ({ ...plain, kind: 'dependency', text: why })
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
  if (problems[0] !== undefined) return failed(problems[0])
  // Stopped by a person while others were waited for: that is the newer word.
  return verbs.isHeld(name) ? { kind: 'superseded' } : verbs.start(name, cause)
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
