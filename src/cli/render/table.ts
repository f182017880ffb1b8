/** A table of text that fits its width: columns are as wide as they must be, and the least important ones give way. */
import { clipped, type Look, paint, printable, type Style } from './style.ts'

export interface Column {
  readonly title: string
  readonly align?: 'right'
  /** Left out, highest number first, where the width does not hold all. Without it a column always stays. */
  readonly dispensable?: number
  /** Takes no more than its share of the width: longer texts lose their middle, since names differ at their ends. */
  readonly isElastic?: true
}

export interface Cell {
  readonly text: string
  readonly style?: Style
}

export interface Row {
  readonly cells: readonly (Cell | string)[]
  /** Stands instead of the columns from there on, as wide as it likes. */
  readonly tail?: Cell
}

const gap = 2
const elasticShare = 0.4
/** A tail of less says too little. */
const leastTail = 20

/** Lines without trailing spaces; the first one is the titles. */
export const table = (columns: readonly Column[], rows: readonly Row[], look: Look): readonly string[] => {
  const shown = fitting(columns, rows, look.width)
  const titles: Row = { cells: columns.map(({ title }) => ({ text: title, style: 'quiet' })) }
  return [titles, ...rows].map((row) => line(row, shown, look))
}

interface Shown extends Column {
  readonly index: number
  readonly width: number
}

const fitting = (columns: readonly Column[], rows: readonly Row[], width: number): readonly Shown[] => {
  let shown = columns.map(
    (column, index): Shown => ({ ...column, index, width: widthOf(index, column, rows, width) }),
  )
  for (;;) {
    const total = Math.max(widthOfAll(shown), ...rows.map((row) => widthWithTail(row, shown)))
    const first = [...shown].sort((a, b) => (b.dispensable ?? 0) - (a.dispensable ?? 0))[0]
    if (total <= width || first?.dispensable === undefined) return shown
    shown = shown.filter((column) => column !== first)
  }
}

const widthOfAll = (shown: readonly Shown[]): number =>
  shown.reduce((sum, column) => sum + column.width + gap, -gap)

/** A tail is cut where it must, but not to nothing. */
const widthWithTail = ({ cells, tail }: Row, shown: readonly Shown[]): number => {
  if (tail === undefined) return 0
  const before = widthOfAll(shown.filter(({ index }) => index < cells.length))
  return before + gap + Math.min(leastTail, length(tail.text))
}

const widthOf = (index: number, column: Column, rows: readonly Row[], width: number): number => {
  const whole = widest(index, column, rows)
  return column.isElastic ? Math.min(whole, Math.floor(width * elasticShare)) : whole
}

const widest = (index: number, { title }: Column, rows: readonly Row[]): number =>
  Math.max(length(title), ...rows.map((row) => length(textOf(row.cells[index]))))

const line = ({ cells, tail }: Row, shown: readonly Shown[], look: Look): string => {
  const parts: string[] = []
  let used = 0
  for (const column of shown) {
    if (tail && column.index >= cells.length) break
    const cell = cells[column.index]
    const style = typeof cell === 'object' ? cell.style : undefined
    const text = withoutMiddle(printable(textOf(cell)), column.width)
    const blank = ' '.repeat(Math.max(0, column.width - length(text)))
    const painted = style ? paint(look, style, text) : text
    parts.push(column.align === 'right' ? blank + painted : painted + blank)
    used += column.width + gap
  }
  if (tail) parts.push(paintTail(tail, Math.max(leastTail, look.width - used), look))
  return parts.join(' '.repeat(gap)).trimEnd()
}

const paintTail = ({ text, style }: Cell, room: number, look: Look): string => {
  const cut = clipped(printable(text), room)
  return style ? paint(look, style, cut) : cut
}

const withoutMiddle = (text: string, room: number): string => {
  const letters = [...text]
  if (letters.length <= room) return text
  const head = Math.ceil((room - 1) / 2)
  return [...letters.slice(0, head), '…', ...letters.slice(letters.length - (room - 1 - head))].join('')
}

const textOf = (cell: Cell | string | undefined): string =>
  typeof cell === 'object' ? cell.text : (cell ?? '')

const length = (text: string): number => [...text].length
