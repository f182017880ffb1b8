/** What the end of one unit does to others by itself: BindsTo=, OnFailure=, OnSuccess=, Upholds= (systemd.unit(5)). */
import { activeStateOf } from '../lifecycle/active-state.ts'
import { boundTo, type KnownUnits, upheldBy } from '../lifecycle/dependencies.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { UnitName } from '../units/unit.ts'

export interface Reaction {
  readonly verb: 'start' | 'stop'
  readonly unit: UnitName
  readonly why: string
}

/** Nothing where the unit did not just come to an end. */
export function reactionsTo(
  name: UnitName,
  before: ServiceState,
  after: ServiceState,
  units: KnownUnits,
): readonly Reaction[] {
  if (activeStateOf(before.state) === activeStateOf(after.state) && !isWaiting(after)) return []
  const ended = activeStateOf(after.state)
  const isDown = ended === 'inactive' || ended === 'failed'
  // Also while it waits for its next start: it was gone, and they were bound to it.
  const stops = isDown || isWaiting(after) ? boundTo(name, units) : []
  return [
    ...stops.map((unit) => ({ verb: 'stop' as const, unit, why: `${name} ended (BindsTo=)` })),
    ...(isDown ? startsAfter(name, after, units) : []),
  ]
}

function startsAfter(name: UnitName, after: ServiceState, units: KnownUnits): readonly Reaction[] {
  const settings = units.get(name)?.unit
  const upholders = after.isStopRequested
    ? []
    : [...units.keys()].filter((by) => upheldBy(by, units).includes(name))
  const upheld = upholders.map((by) => startOf(name, `${by} upholds it (Upholds=)`))
  if (after.state === 'failed') {
    return [
      ...(settings?.OnFailure ?? []).map((unit) => startOf(unit, `${name} failed (OnFailure=)`)),
      ...upheld,
    ]
  }
  const isSkipped = !after.conditionResult || after.result === 'exec-condition'
  const wentWell = !isSkipped && after.assertResult && after.invocation !== undefined
  const onSuccess = wentWell ? (settings?.OnSuccess ?? []) : []
  return [...onSuccess.map((unit) => startOf(unit, `${name} ended well (OnSuccess=)`)), ...upheld]
}

const isWaiting = (state: ServiceState): boolean => state.state === 'auto-restart'

const startOf = (unit: UnitName, why: string): Reaction => ({ verb: 'start', unit, why })
