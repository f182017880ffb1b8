/** A person's stop, restart or reload of one unit, with all that it means for others (systemd.unit(5)). */
import type { Cause } from '../base/cause.ts'
import { isAfter, reloadedWith, restartedWith, stoppedWith } from '../lifecycle/dependencies.ts'
import type { UnitName } from '../units/unit.ts'
import { type DependencyVerbs, startWithDependencies } from './dependency-walk.ts'
import { closureOf, inOrder } from './in-order.ts'
import type { Outcome } from './supervisor-port.ts'

type Verb = (name: UnitName, cause: Cause) => Promise<Outcome>

/** What can't be without the unit stops with it; before it, where it was started after it. */
export const stopWithDependents = (
  name: UnitName,
  cause: Cause,
  verbs: DependencyVerbs,
): Promise<Outcome> => {
  const names = closureOf(name, (each) => stoppedWith(each, verbs.units).filter(verbs.isUp))
  const why = (each: UnitName): Cause => (each === name ? cause : because(`${name} is stopped`, cause))
  return stopTogether(names, why, verbs).get(name)!
}

/** In the reverse of the order in which they were started. */
const stopTogether = (
  names: ReadonlySet<UnitName>,
  why: (name: UnitName) => Cause,
  verbs: DependencyVerbs,
): ReadonlyMap<UnitName, Promise<Outcome>> => {
  const overs = new Map([...names].map((each) => [each, verbs.willStop(each, why(each))]))
  return inOrder(
    names,
    (earlier, later) => isAfter(earlier, later, verbs.units),
    (each) => {
      overs.get(each)!()
      return verbs.stop(each, why(each))
    },
  )
}

/** What is restarted with the unit goes down before it and comes up after it, where it is ordered so. */
export const restartWithDependents = async (
  name: UnitName,
  cause: Cause,
  verbs: DependencyVerbs & { readonly restart: Verb },
): Promise<Outcome> => {
  const { units, isUp } = verbs
  const all = closureOf(name, (each) => restartedWith(each, units).filter(isUp))
  const ordered = new Set(closureOf(name, (each) => [...all].filter((other) => isAfter(other, each, units))))
  const why = because(`${name} is restarted`, cause)
  for (const other of all) if (!ordered.has(other)) void verbs.restart(other, why)
  ordered.delete(name)
  await Promise.all(stopTogether(ordered, () => why, verbs).values())
  // Stopped by a person while others were waited for: that is the newer word.
  if (verbs.isHeld(name)) return { kind: 'superseded' }
  const outcome = await verbs.restart(name, cause)
  if (outcome.kind === 'failed') return outcome
  inOrder(
    ordered,
    (earlier, later) => isAfter(later, earlier, units),
    (other) => startWithDependencies(other, why, verbs),
  )
  return outcome
}

/** Units that it is passed on to reload as well, if they run and can; the outcome is the unit's own. */
export const reloadWithOthers = (
  name: UnitName,
  cause: Cause,
  verbs: Pick<DependencyVerbs, 'units' | 'isUp'> & { readonly reload: Verb },
): Promise<Outcome> => {
  const all = closureOf(name, (each) => reloadedWith(each, verbs.units).filter(verbs.isUp))
  const why = because(`${name} is reloaded`, cause)
  for (const other of all) if (other !== name) void verbs.reload(other, why)
  return verbs.reload(name, cause)
}

const because = (what: string, cause: Cause): Cause => ({
  ...cause,
  kind: 'dependency',
  text: `${what}: ${cause.text}`,
})
