/** GET /v1/units/NAME/metrics: the last hour of a unit, in as many points as the asker has room for. */
import { downsample } from '../supervisor/metrics/downsample.ts'
import type { Figures } from '../supervisor/metrics/figures.ts'
import type { Point } from '../supervisor/metrics/history.ts'
import type { MetricsPoint, UnitMetricsAnswer, UnitView } from './contract.ts'
import { badRequest } from './request-body.ts'

const mostPoints = 1000

/** Fails `api/bad-request`. */
export const pointsWanted = (query: URLSearchParams): number => {
  const count = Number(query.get('points') ?? mostPoints)
  if (Number.isInteger(count) && count >= 1 && count <= mostPoints) return count
  throw badRequest(`"points" wants a number from 1 to ${mostPoints}`)
}

export const unitMetricsAnswer = (
  unit: UnitView,
  points: readonly Point[],
  count: number,
): UnitMetricsAnswer => ({
  unit: unit.name,
  memoryPeakBytes: unit.memoryPeakBytes ?? highestMemory(points),
  points: downsample(points, count).map(answerPoint),
})

/** Where the kernel keeps no peak: the highest that was seen. */
const highestMemory = (points: readonly Point[]): number | undefined => {
  const seen = points.map(({ memoryBytes }) => memoryBytes).filter((bytes) => !Number.isNaN(bytes))
  return seen.length === 0 ? undefined : Math.max(...seen)
}

const answerPoint = (point: Point): MetricsPoint => {
  const known = (name: keyof Figures): number | undefined =>
    Number.isNaN(point[name]) ? undefined : point[name]
  return {
    atMs: point.atMs,
    cpuCores: known('cpuCores'),
    memoryBytes: known('memoryBytes'),
    tasks: known('tasks'),
    ioReadBytesPerSecond: known('ioReadBytesPerSecond'),
    ioWriteBytesPerSecond: known('ioWriteBytesPerSecond'),
  }
}
