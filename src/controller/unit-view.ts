/** A unit as people see it: what the supervisor knows, joined with holds, commits and neighbours. */
import type { UnitView } from '../api/contract.ts'
import { needsOf, startsAfter, wantedBy } from '../plan/graph.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { World } from './world.ts'

export const unitView = (status: UnitStatus, neighbourhood: Neighbourhood, world: World): UnitView => {
  const { name } = status
  const { graph, changedIn } = neighbourhood
  const desired = graph.units.get(name)
  return {
    ...status,
    hold: world.holds.get(name),
    isWanted: desired?.isWanted ?? false,
    changedIn: changedIn.get(name),
    needs: needsOf(graph, name),
    after: startsAfter(graph, name),
    wantedBy: wantedBy(graph, name),
    file: desired?.unit.fragment,
  }
}
