/** What `gitproc analyze security` prints: a service in rows, or all services in one line each. */
import type { UnitSecurity } from '../../api/contract.ts'
import { type Look, paint, type Style } from './style.ts'
import { type Row, table } from './table.ts'

type Measure = UnitSecurity['measures'][number]

const marks: Readonly<Record<Measure['state'], readonly [mark: string, style: Style]>> = {
  closed: ['✓', 'good'],
  partly: ['~', 'busy'],
  open: ['✗', 'bad'],
  unenforced: ['!', 'bad'],
  drifted: ['!', 'bad'],
}

/** What the unit asks for and does not have. */
export const missing = ({ measures }: Pick<UnitSecurity, 'measures'>): readonly Measure[] =>
  measures.filter(({ state }) => state === 'unenforced' || state === 'drifted')

export function renderSecurity(answer: UnitSecurity, seen: string, look: Look): readonly string[] {
  const columns = [
    { title: '' },
    { title: 'DIRECTIVE' },
    { title: 'WEIGHT', align: 'right' },
    { title: 'WHAT IT MEANS' },
  ] as const
  const gaps = missing(answer).length
  return [
    `${paint(look, 'strong', answer.unit)}: exposure ${answer.exposure.toFixed(1)} of 10, ${answer.rating} (${seen})`,
    '',
    ...table(columns, answer.measures.map(rowOf), look),
    '',
    gaps === 0
      ? 'All that the unit asks for is in force.'
      : `${gaps} of what the unit asks for ${gaps === 1 ? 'is' : 'are'} not in force.`,
  ]
}

function rowOf({ name, weight, state, sentence }: Measure): Row {
  const [mark, style] = marks[state]
  const words = state === 'unenforced' ? `not enforced: ${sentence}` : sentence
  return {
    cells: [{ text: mark, style }, name, weight === 0 ? '' : String(weight)],
    tail: { text: words, ...(state === 'closed' ? {} : { style: state === 'open' ? 'quiet' : style }) },
  }
}

export function renderSecurityOfAll(answers: readonly UnitSecurity[], look: Look): readonly string[] {
  const columns = [
    { title: 'UNIT', isElastic: true },
    { title: 'EXPOSURE', align: 'right' },
    { title: 'RATING' },
    { title: 'NOT IN FORCE' },
  ] as const
  const rows = answers.map((answer): Row => {
    const gaps = missing(answer).map(({ name }) => name)
    return {
      cells: [answer.unit, answer.exposure.toFixed(1), { text: answer.rating, style: styleOf(answer) }],
      tail: { text: gaps.join(' ') || '–', ...(gaps.length === 0 ? { style: 'quiet' } : { style: 'bad' }) },
    }
  })
  return table(columns, rows, look)
}

const styleOf = ({ exposure }: UnitSecurity): Style =>
  exposure <= 4 ? 'good' : exposure <= 6 ? 'busy' : 'bad'
