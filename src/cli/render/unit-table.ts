/** The table of units: the middle of `gitproc status`, and all of `gitproc list`. */
import type { UnitView } from '../../api/contract.ts'
import type { Look } from './style.ts'
import { type Cell, type Column, type Row, table } from './table.ts'
import { foldTimers } from './timed-units.ts'
import { absence, healthWord, shapeOf, stateWord, upFor } from './unit-state.ts'
import { bytes, shortName, shortSha, shortSpan, since } from './words.ts'

const columns: readonly Column[] = [
  { title: ' ' },
  { title: 'SERVICE', isElastic: true },
  { title: 'STATE' },
  { title: 'HEALTH', dispensable: 4 },
  { title: 'COMMIT', dispensable: 1 },
  { title: '↺', align: 'right', dispensable: 5 },
  { title: 'UP', align: 'right', dispensable: 2 },
  { title: 'CPU', align: 'right', dispensable: 6 },
  { title: 'MEM', align: 'right', dispensable: 3 },
  { title: 'USER', dispensable: 7 },
]

export const unitTable = (units: readonly UnitView[], look: Look): readonly string[] =>
  table(
    columns,
    foldTimers(units).map(({ unit, timer }) => (timer ? timedRow(unit, timer, look) : unitRow(unit, look))),
    look,
  )

const unitRow = (unit: UnitView, look: Look): Row => {
  const { sign, style } = shapeOf(unit)
  const head: readonly (Cell | string)[] = [
    { text: sign, style },
    { text: shortName(unit.name), style: 'strong' },
    { text: stateWord(unit, look), style },
    { text: healthWord(unit), style: unit.health.state === 'unhealthy' ? 'bad' : 'quiet' },
    { text: shortSha(unit.changedIn?.sha), style: 'quiet' },
    String(unit.restarts),
  ]
  const why = absence(unit, look)
  if (why !== undefined) return { cells: head, tail: { text: why, style: 'quiet' } }
  return { cells: [...head, upFor(unit, look), cpuShare(unit, look), memory(unit), unit.user ?? '-'] }
}

/** A service that its timer will start again. */
const timedRow = (unit: UnitView, timer: UnitView, look: Look): Row => {
  const { lastExit, startedAtMs, result } = unit
  const hasFailed = lastExit !== undefined && result !== 'success'
  const took =
    lastExit === undefined || startedAtMs === undefined
      ? 'has not run yet'
      : `took ${shortSpan(lastExit.atMs - startedAtMs)}, ${since(lastExit.atMs, look)}`
  return {
    cells: [
      { text: '◷', style: 'good' },
      { text: shortName(unit.name), style: 'strong' },
      { text: stateWord(timer, look), style: 'good' },
      {
        text: lastExit === undefined ? '-' : hasFailed ? 'last failed' : 'last ok',
        style: hasFailed ? 'bad' : 'quiet',
      },
      { text: shortSha(unit.changedIn?.sha), style: 'quiet' },
      '-',
    ],
    tail: { text: took, style: 'quiet' },
  }
}

/** Processor time over the time since its start: one answer needs no second look. */
const cpuShare = ({ cpuUsageUsec, startedAtMs }: UnitView, { nowMs }: Look): string =>
  cpuUsageUsec === undefined || startedAtMs === undefined || nowMs <= startedAtMs
    ? '-'
    : `${(cpuUsageUsec / 10 / (nowMs - startedAtMs)).toFixed(1)}%`

const memory = ({ memoryBytes, memoryMaxBytes }: UnitView): string => {
  if (memoryBytes === undefined) return '-'
  const isLimited = memoryMaxBytes !== undefined && Number.isFinite(memoryMaxBytes)
  return `${bytes(memoryBytes)}${isLimited ? `/${bytes(memoryMaxBytes)}` : ''}`
}
