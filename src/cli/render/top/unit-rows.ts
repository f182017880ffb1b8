/** The table of `gitproc top`: its titles, and a line for each unit in view. Pure. */
import { stripVTControlCharacters } from 'node:util'
import type { UnitView } from '../../../api/contract.ts'
import type { CpuShares } from '../../top/cpu-shares.ts'
import { type SortKey, selectedIndex, shownUnits, type TopState } from '../../top/top-state.ts'
import { clipped, type Look } from '../style.ts'
import { type Cell, type Column, type Row, table } from '../table.ts'
import { absence, healthWord, shapeOf, stateWord, upFor } from '../unit-state.ts'
import { bytes, shortName, shortSha } from '../words.ts'

type SortableColumn = Column & { readonly sort?: SortKey }

const columns: readonly SortableColumn[] = [
  { title: ' ' },
  { title: 'SERVICE', sort: 'name' },
  { title: 'STATE' },
  { title: 'HEALTH', dispensable: 4 },
  { title: '↺', align: 'right', sort: 'restarts', dispensable: 3 },
  { title: 'UP', align: 'right', dispensable: 2 },
  { title: '  CPU', align: 'right', sort: 'cpu' },
  { title: '  MEM', align: 'right', sort: 'memory' },
  { title: 'TASKS', align: 'right', dispensable: 5 },
  { title: 'COMMIT', dispensable: 6 },
  { title: 'PID', align: 'right', dispensable: 7 },
  { title: 'USER', dispensable: 8 },
]

/** Names longer than that would leave no room for what changes. */
const maxNameLength = 28
/** The marker of the selection, and a space. */
const gutter = 2

/** The titles, then at most `height - 1` units, with the selected one among them. */
export const unitRows = (state: TopState, look: Look, height: number): readonly string[] => {
  const units = shownUnits(state)
  const selected = selectedIndex(state, units)
  const [titles = '', ...rows] = allRows(units, state, look)
  const from = firstInView(selected, units.length, height - 1)
  const inView = rows
    .slice(from, from + Math.max(0, height - 1))
    .map((row, index) => (from + index === selected ? marked(row, look) : `${' '.repeat(gutter)}${row}`))
  return [`${' '.repeat(gutter)}${titles}`, ...(units.length === 0 ? [nothing(state)] : inView)]
}

/** Every unit, without a selection: for output that is no terminal. */
export const allRows = (units: readonly UnitView[], state: TopState, look: Look): readonly string[] => {
  const room = { ...look, width: look.width - gutter }
  return table(
    titled(state),
    units.map((unit) => unitRow(unit, state.shares, look)),
    room,
  )
}

/** The selection is kept in the middle, so that what is near it is seen, too. */
const firstInView = (selected: number, count: number, height: number): number =>
  Math.max(0, Math.min(selected - Math.floor(height / 2), count - height))

/** Marked by a sign as well as by colour. */
const marked = (row: string, { hasColor, width }: Look): string => {
  const plain = `› ${stripVTControlCharacters(row)}`
  return hasColor ? `\x1b[7m${plain.padEnd(width)}\x1b[27m` : plain
}

const nothing = ({ filter }: TopState): string =>
  filter === '' ? '  no units yet' : `  no unit has "${filter}" in its name`

const titled = ({ sort, isReversed }: TopState): readonly Column[] => {
  // Names grow downwards, figures fall: each as one looks for it.
  const arrow = (sort === 'name') === isReversed ? '▼' : '▲'
  return columns.map((column) =>
    column.sort === sort
      ? { ...column, title: `${column.title.trim()}${arrow}`.padStart(column.title.length) }
      : column,
  )
}

const unitRow = (unit: UnitView, shares: CpuShares, look: Look): Row => {
  const { sign, style } = shapeOf(unit)
  const head: readonly (Cell | string)[] = [
    { text: sign, style },
    { text: clipped(shortName(unit.name), maxNameLength), style: 'strong' },
    { text: stateWord(unit, look), style },
    { text: healthWord(unit), style: unit.health.state === 'unhealthy' ? 'bad' : 'quiet' },
    String(unit.restarts),
  ]
  const why = absence(unit, look)
  if (why !== undefined) return { cells: head, tail: { text: why, style: 'quiet' } }
  return {
    cells: [
      ...head,
      upFor(unit, look),
      percent(shares.cores.get(unit.name)),
      memory(unit),
      unit.tasks === undefined ? '-' : String(unit.tasks),
      { text: shortSha(unit.changedIn?.sha), style: 'quiet' },
      unit.mainPid === undefined ? '-' : String(unit.mainPid),
      unit.user ?? '-',
    ],
  }
}

/** Of one core, as in top: 200% are two of them. */
export const percent = (cores: number | undefined): string =>
  cores === undefined ? '-' : `${(cores * 100).toFixed(1)}%`

const memory = ({ memoryBytes, memoryMaxBytes }: UnitView): string => {
  if (memoryBytes === undefined) return '-'
  const isLimited = memoryMaxBytes !== undefined && Number.isFinite(memoryMaxBytes)
  return `${bytes(memoryBytes)}${isLimited ? `/${bytes(memoryMaxBytes)}` : ''}`
}
