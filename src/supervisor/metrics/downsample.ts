/** Many points as few: equal stretches of time, each with its means, and with the highest memory and tasks. Pure. */
import type { Figures } from './figures.ts'
import type { Point } from './history.ts'

/** At most `count` points, oldest first; a stretch is told at the time of its last point. */
export const downsample = (points: readonly Point[], count: number): readonly Point[] => {
  const [first, last] = [points.at(0), points.at(-1)]
  if (first === undefined || last === undefined || points.length <= count) return points
  const stretchMs = (last.atMs - first.atMs) / count
  const stretchOf = ({ atMs }: Point): number =>
    Math.min(count - 1, Math.floor((atMs - first.atMs) / stretchMs))
  return [...Map.groupBy(points, stretchOf).values()].map(summary)
}

const summary = (points: readonly Point[]): Point => {
  const known = (name: keyof Figures): readonly number[] =>
    points.map((point) => point[name]).filter((value) => !Number.isNaN(value))
  const mean = (name: keyof Figures): number => {
    const values = known(name)
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  // A mean would hide the moment at which the memory was nearly full.
  const highest = (name: keyof Figures): number => {
    const values = known(name)
    return values.length === 0 ? Number.NaN : Math.max(...values)
  }
  return {
    atMs: points.at(-1)!.atMs,
    cpuCores: mean('cpuCores'),
    memoryBytes: highest('memoryBytes'),
    tasks: highest('tasks'),
    ioReadBytesPerSecond: mean('ioReadBytesPerSecond'),
    ioWriteBytesPerSecond: mean('ioWriteBytesPerSecond'),
  }
}
