/** A unit as people see it: what the supervisor knows, joined with holds, commits and neighbours. */
import type { UnitView } from '../api/contract.ts'
import type { Revision } from '../base/revision.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { World } from './world.ts'

/** What the last parsed state says of its units beside their settings. */
export interface Neighbourhood {
  readonly units: ReadonlyMap<string, { readonly unit: LoadedUnit; readonly isWanted: boolean }>
  readonly changedIn: ReadonlyMap<string, Revision>
}

export const unitView = (status: UnitStatus, { units, changedIn }: Neighbourhood, world: World): UnitView => {
  const desired = units.get(status.name)
  return {
    ...status,
    hold: world.holds.get(status.name),
    isWanted: desired?.isWanted ?? false,
    changedIn: changedIn.get(status.name),
    needs: desired ? requirements(desired.unit).filter((name) => units.has(name)) : [],
    wantedBy: [...units.values()]
      .filter(({ unit }) => requirements(unit).includes(status.name))
      .map(({ unit }) => unit.name),
    file: desired?.unit.fragment,
  }
}

const requirements = (unit: LoadedUnit): readonly string[] => [
  ...new Set([...(unit.unit.Requires ?? []), ...(unit.unit.Wants ?? []), ...(unit.unit.BindsTo ?? [])]),
]
