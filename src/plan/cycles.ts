/** Units that wait for each other in a circle: nothing of a revision that has one is applied. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { UnitName } from '../units/unit.ts'
import type { UnitGraph } from './desired.ts'
import { type OrderingEdge, orderingEdges, positionOf } from './graph.ts'

/**
 * One error for each circle, with the whole path and the place of every edge in it. `suspects`: at least one unit of each
 * circle that there may be. Where they find one, all are found anew, so that the same units always give the same words.
 */
export const cycleDiagnostics = (graph: UnitGraph, suspects: Iterable<UnitName>): readonly Diagnostic[] =>
  findCycles(graph, suspects).length === 0
    ? []
    : findCycles(graph, [...graph.units.keys()].sort()).map(diagnosticOf)

const diagnosticOf = (cycle: readonly OrderingEdge[]): Diagnostic => ({
  position: placeOf(cycle[0]!),
  severity: 'error',
  code: 'ordering-cycle',
  message: `units wait for each other in a circle: ${cycle.map(describeEdge).join(', ')}`,
  man: 'systemd.unit(5)',
  suggestion: `remove one of these ${[...new Set(cycle.map((edge) => `${edge.kind}=`))].join('/')} lines`,
})

const placeOf = ({ by, kind }: OrderingEdge): Diagnostic['position'] => positionOf(by, kind)

const describeEdge = (edge: OrderingEdge): string => {
  const { file, line } = placeOf(edge)
  return `${edge.from} after ${edge.to} (${file}:${line} ${edge.kind}=)`
}

/** Circles as lists of edges, found by one depth-first walk without recursion; each back edge closes one. */
const findCycles = (graph: UnitGraph, starts: Iterable<UnitName>): readonly (readonly OrderingEdge[])[] => {
  const finished = new Set<UnitName>()
  const cycles: OrderingEdge[][] = []
  for (const start of starts) if (!finished.has(start)) walk(start, { graph, finished, cycles })
  return cycles
}

interface Walk {
  readonly graph: UnitGraph
  readonly finished: Set<UnitName>
  readonly cycles: OrderingEdge[][]
}

const walk = (start: UnitName, { graph, finished, cycles }: Walk): void => {
  const path: OrderingEdge[] = []
  const onPath = new Set([start])
  const pending = [{ unit: start, edges: orderingEdges(graph, start).values() }]
  while (pending.length > 0) {
    const top = pending.at(-1)!
    const { value: edge } = top.edges.next()
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
      pending.push({ unit: edge.to, edges: orderingEdges(graph, edge.to).values() })
    }
  }
}

/** Where on the path the circle begins; past its end where the edge points back at its own start. */
const firstEdgeFrom = (path: readonly OrderingEdge[], unit: UnitName): number => {
  const index = path.findIndex((edge) => edge.from === unit)
  return index === -1 ? path.length : index
}
