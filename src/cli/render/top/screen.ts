/** One screen of `gitproc top`: header, table, log of the selected unit, a line of keys. Pure. */
import { selectedUnit, shownUnits, type TopState } from '../../top/top-state.ts'
import { type Look, paint, printable } from '../style.ts'
import { shortName } from '../words.ts'
import { bottomLine } from './bottom-line.ts'
import { exactly, fit } from './fit.ts'
import { header } from './header.ts'
import { helpPage } from './help-page.ts'
import { allRows, unitRows } from './unit-rows.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Exactly `rows` lines of at most `columns` cells each, joined by line breaks. */
export const render = (state: TopState, size: Size): string => {
  const look = lookOf(state, size.columns)
  const above = header(state, look)
  const height = size.rows - above.length - 1
  const middle = state.mode.kind === 'help' ? exactly(helpPage(look), height) : body(state, look, height)
  const lines = exactly(
    [...exactly([...above, ...middle], size.rows - 1), bottomLine(state, look)],
    size.rows,
  )
  return lines.map((line) => fit(line, size.columns)).join('\n')
}

/** How many units are in view: what a page is. */
export const tableHeight = (state: TopState, { rows, columns }: Size): number =>
  Math.max(1, split(state, rows - header(state, lookOf(state, columns)).length - 1).table - 1)

/** Everything once, for output that is no terminal. */
export const snapshot = (state: TopState, width: number): readonly string[] => {
  const look = lookOf(state, width)
  return [...header(state, look), ...allRows(shownUnits(state), state, look)]
}

const lookOf = ({ look, nowMs }: TopState, width: number): Look => ({ ...look, nowMs, width })

const body = (state: TopState, look: Look, height: number): readonly string[] => {
  const { table, log } = split(state, height)
  return [
    ...(table === 0 ? [] : exactly(unitRows(state, look, table), table)),
    ...(log === 0 ? [] : logPane(state, look, log)),
  ]
}

/** A pane of fewer lines tells nothing, and a table of fewer rows neither. */
const leastPane = 4

const split = (
  { pane, status }: TopState,
  height: number,
): { readonly table: number; readonly log: number } => {
  if (pane === 'full') return { table: 0, log: height }
  if (pane === 'none' || height < 2 * leastPane) return { table: height, log: 0 }
  // Few units leave the rest of the screen to the log.
  const table = Math.min(status.units.length + 2, Math.ceil(height * 0.6))
  return { table: Math.max(leastPane, table), log: height - Math.max(leastPane, table) }
}

const logPane = (state: TopState, look: Look, height: number): readonly string[] => {
  const name = shortName(selectedUnit(state)?.name ?? '-')
  const title = `── ${name}: log ${'─'.repeat(Math.max(0, look.width - name.length - 9))}`
  const lines = state.log.length === 0 ? [{ text: '(nothing yet)', kind: 'note' } as const] : state.log
  const shown = lines.slice(-Math.max(0, height - 1)).map(({ text, kind }) => {
    const style = ({ out: undefined, err: 'bad', note: 'quiet' } as const)[kind]
    return style === undefined ? printable(text) : paint(look, style, printable(text))
  })
  return exactly([paint(look, 'quiet', title), ...shown], height)
}
