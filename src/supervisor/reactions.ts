/** What the end of one unit does to others by itself: BindsTo=, OnFailure=, OnSuccess=, Upholds= (systemd.unit(5)). */
import { activeStateOf } from '../lifecycle/active-state.ts'
import { boundTo, type KnownUnits, upholdersOf } from '../lifecycle/dependencies.ts'
import { resultEnvironment } from '../lifecycle/exit-verdict.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { UnitName } from '../units/unit.ts'

export interface Reaction {
  readonly verb: 'start' | 'stop'
  readonly unit: UnitName
  readonly why: string
  /** What a unit that is started by it is told (systemd.exec(5), `$MONITOR_…`). */
  readonly environment?: Readonly<Record<string, string>>
}

export interface ReactingUnits {
  readonly units: KnownUnits
  readonly isUp: (name: UnitName) => boolean
}

/** Nothing where the unit did not just come to an end. */
export function reactionsTo(
  name: UnitName,
  before: ServiceState,
  after: ServiceState,
  { units, isUp }: ReactingUnits,
): readonly Reaction[] {
  if (activeStateOf(before.state) === activeStateOf(after.state) && !isWaiting(after)) return []
  const ended = activeStateOf(after.state)
  const isDown = ended === 'inactive' || ended === 'failed'
  // Also while it waits for its next start: it was gone, and they were bound to it.
  const stops = isDown || isWaiting(after) ? boundTo(name, units) : []
  return [
    ...stops.map(({ name: unit, by }) => ({ verb: 'stop' as const, unit, why: `${name} ended (${by})` })),
    ...(isDown ? startsAfter(name, after, { units, isUp }) : []),
  ]
}

function startsAfter(
  name: UnitName,
  after: ServiceState,
  { units, isUp }: ReactingUnits,
): readonly Reaction[] {
  const settings = units.get(name)?.unit
  const upholders = after.isStopRequested ? [] : upholdersOf(name, units).filter(isUp)
  const upheld = upholders.map((by) => startOf(name, `${by} upholds it (Upholds=)`))
  if (after.state === 'failed') {
    return [
      ...(settings?.OnFailure ?? []).map((unit) => ({
        ...startOf(unit, `${name} failed (OnFailure=)`),
        environment: monitorOf(name, after),
      })),
      ...upheld,
    ]
  }
  const isSkipped = !after.conditionResult || after.result === 'exec-condition'
  const wentWell = !isSkipped && after.assertResult && after.invocation !== undefined
  const onSuccess = wentWell ? (settings?.OnSuccess ?? []) : []
  const environment = monitorOf(name, after)
  const successors = onSuccess.map((unit) => ({
    ...startOf(unit, `${name} ended well (OnSuccess=)`),
    environment,
  }))
  return [...successors, ...upheld]
}

const monitorOf = (name: UnitName, state: ServiceState): Readonly<Record<string, string>> => {
  const { SERVICE_RESULT, EXIT_CODE, EXIT_STATUS } = resultEnvironment(state)
  const told = {
    MONITOR_SERVICE_RESULT: SERVICE_RESULT,
    MONITOR_EXIT_CODE: EXIT_CODE,
    MONITOR_EXIT_STATUS: EXIT_STATUS,
    MONITOR_INVOCATION_ID: state.invocation?.id,
    MONITOR_UNIT: name,
  }
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

const isWaiting = (state: ServiceState): boolean => state.state === 'auto-restart'

const startOf = (unit: UnitName, why: string): Reaction => ({ verb: 'start', unit, why })
