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
  const now = activeStateOf(after.state)
  const isEnd = now === 'inactive' || now === 'failed'
  if (!isEnd || activeStateOf(before.state) === now) return []
  const settings = units.get(name)?.unit
  const stops = boundTo(name, units).map((unit) => ({
    verb: 'stop' as const,
    unit,
    why: `${name} ended (BindsTo=)`,
  }))
  const upholders = [...units.keys()].filter((other) => upheldBy(other, units).includes(name))
  const upheld = after.isStopRequested
    ? []
    : upholders.map((by) => startOf(name, `${by} upholds it (Upholds=)`))
  const onEnd =
    now === 'failed'
      ? (settings?.OnFailure ?? []).map((unit) => startOf(unit, `${name} failed (OnFailure=)`))
      : wasUp(before)
        ? (settings?.OnSuccess ?? []).map((unit) => startOf(unit, `${name} ended well (OnSuccess=)`))
        : []
  return [...stops, ...onEnd, ...upheld]
}

const startOf = (unit: UnitName, why: string): Reaction => ({ verb: 'start', unit, why })

const wasUp = (state: ServiceState): boolean => state.invocation !== undefined && state.state !== 'failed'
