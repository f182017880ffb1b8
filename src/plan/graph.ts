/** The ordering graph of a desired state: who waits for whom, and the cycles in it. */
import type { Diagnostic, Position } from '../base/diagnostic.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { OrderingEdge } from './desired.ts'
import type { NameIndex } from './names.ts'
import { activatedBy } from './wanted.ts'

/** Edges between units of the folder; what is ordered against a unit that is not there orders nothing (systemd.unit(5)). */
export const orderingEdges = (units: Iterable<LoadedUnit>, names: NameIndex): readonly OrderingEdge[] => {
  const edges: OrderingEdge[] = []
  for (const unit of units) {
    if (unit.isTemplate) continue
    for (const name of unit.unit.After ?? []) push(edges, unit, names.get(name), 'After')
    for (const name of unit.unit.Before ?? []) push(edges, unit, names.get(name), 'Before')
    // A service gets its sockets when it starts (systemd.socket(5)).
    if (unit.type === 'socket')
      for (const name of activatedBy(unit)) push(edges, unit, names.get(name), 'Before')
  }
  return edges
}

const push = (
  edges: OrderingEdge[],
  unit: LoadedUnit,
  other: UnitName | undefined,
  kind: 'After' | 'Before',
): void => {
  if (other === undefined || other === unit.name) return
  const [from, to] = kind === 'After' ? [unit.name, other] : [other, unit.name]
  edges.push({ from, to, kind, position: positionOf(unit, kind) })
}

/** Where a directive of a unit was last assigned; the unit's first line where it came about otherwise. */
export const positionOf = (unit: LoadedUnit, directive: string): Position => {
  const origin = unit.origins.findLast((entry) => entry.directive.endsWith(`.${directive}`))
  return origin?.position ?? { file: unit.fragment ?? unit.dropIns[0] ?? unit.name, line: 1, column: 1 }
}

/** For each unit, the units that it starts after. */
export const predecessors = (edges: readonly OrderingEdge[]): ReadonlyMap<UnitName, readonly UnitName[]> => {
  const map = new Map<UnitName, UnitName[]>()
  for (const { from, to } of edges) {
    const known = map.get(from)
    if (!known) map.set(from, [to])
    else if (!known.includes(to)) known.push(to)
  }
  return map
}

/** One error for each cycle, with the whole path and the place of every edge in it. */
export const cycleDiagnostics = (edges: readonly OrderingEdge[]): readonly Diagnostic[] =>
  findCycles(edges).map((cycle) => ({
    position: cycle[0]!.position,
    severity: 'error',
    code: 'ordering-cycle',
    message: `units wait for each other in a circle: ${cycle.map(describeEdge).join(', ')}`,
    man: 'systemd.unit(5)',
    suggestion: `remove one of these ${[...new Set(cycle.map((edge) => `${edge.kind}=`))].join('/')} lines`,
  }))

const describeEdge = (edge: OrderingEdge): string =>
  `${edge.from} after ${edge.to} (${edge.position.file}:${edge.position.line} ${edge.kind}=)`

/** Cycles as lists of edges, found by one depth-first walk without recursion; each back edge closes one. */
const findCycles = (edges: readonly OrderingEdge[]): readonly (readonly OrderingEdge[])[] => {
  const outgoing = Map.groupBy(edges, (edge) => edge.from)
  const finished = new Set<UnitName>()
  const cycles: OrderingEdge[][] = []
  for (const start of outgoing.keys()) if (!finished.has(start)) walk(start, outgoing, finished, cycles)
  return cycles
}

const walk = (
  start: UnitName,
  outgoing: ReadonlyMap<UnitName, readonly OrderingEdge[]>,
  finished: Set<UnitName>,
  cycles: OrderingEdge[][],
): void => {
  const path: OrderingEdge[] = []
  const onPath = new Set([start])
  const pending = [{ unit: start, next: 0 }]
  while (pending.length > 0) {
    const top = pending.at(-1)!
    const edge = outgoing.get(top.unit)?.[top.next++]
    if (edge === undefined) {
      finished.add(top.unit)
      onPath.delete(top.unit)
      pending.pop()
      path.pop()
    } else if (onPath.has(edge.to)) {
      cycles.push([...path.slice(firstEdgeFrom(path, edge.to)), edge])
    } else if (!finished.has(edge.to)) {
      path.push(edge)
      onPath.add(edge.to)
      pending.push({ unit: edge.to, next: 0 })
    }
  }
}

/** Where on the path the circle begins; past its end where the edge points back at its own start. */
const firstEdgeFrom = (path: readonly OrderingEdge[], unit: UnitName): number => {
  const index = path.findIndex((edge) => edge.from === unit)
  return index === -1 ? path.length : index
}
