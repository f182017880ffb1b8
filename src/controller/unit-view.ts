/** A unit as people see it: what the supervisor knows, joined with holds, commits and neighbours. */
import type { UnitView } from '../api/contract.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { World } from './world.ts'

export const unitView = (status: UnitStatus, neighbourhood: Neighbourhood, world: World): UnitView => {
  const { name } = status
  const desired = neighbourhood.units.get(name)
  return {
    ...status,
    hold: world.holds.get(name),
    isWanted: desired?.isWanted ?? false,
    changedIn: neighbourhood.changedIn.get(name),
    needs: neighbourhood.needs.get(name) ?? [],
    after: neighbourhood.after.get(name) ?? [],
    wantedBy: neighbourhood.wantedBy.get(name) ?? [],
    file: desired?.unit.fragment,
  }
}
