/** `gitproc history`: generations, newest first; the machine's own log of what was deployed and what came of it. */
import type { Generation, GenerationOutcome, HistoryAnswer } from '../../api/contract.ts'
import { stepSummary } from './step.ts'
import type { Look, Style } from './style.ts'
import { type Cell, type Column, type Row, table } from './table.ts'
import { age, shortSha } from './words.ts'

const columns: readonly Column[] = [
  { title: ' ' },
  { title: 'GEN', align: 'right', dispensable: 3 },
  { title: 'REV' },
  { title: 'AGE', align: 'right' },
  { title: 'AUTHOR', dispensable: 2 },
  { title: 'RESULT' },
  { title: 'SERVICES', dispensable: 1 },
  { title: 'SUBJECT' },
]

/** `unit`: the one that was asked for, if any. */
export const renderHistory = (
  { generations, current }: HistoryAnswer,
  look: Look,
  unit?: string,
): readonly string[] => {
  if (generations.length === 0)
    return [
      unit === undefined
        ? 'no generation yet: nothing was ever applied'
        : `no generation moved ${unit}, as far as they are kept`,
    ]
  const width = look.width
  const rows = generations.map((generation) => row(generation, generation.number === current, look))
  return table(columns, rows, { ...look, width })
}

const signs: Readonly<Record<GenerationOutcome, readonly [string, Style]>> = {
  Progressing: ['↻', 'busy'],
  Healthy: ['✓', 'good'],
  Degraded: ['×', 'bad'],
  RolledBack: ['↩', 'bad'],
  Superseded: ['·', 'quiet'],
  Refused: ['×', 'bad'],
}

const row = (generation: Generation, isCurrent: boolean, look: Look): Row => {
  const { number, revision, outcome, startedAtMs } = generation
  const [sign, style] = signs[outcome]
  const head: readonly (Cell | string)[] = [
    { text: isCurrent ? '→' : sign, style },
    String(number),
    { text: shortSha(revision.sha), style: 'strong' },
    age(startedAtMs, look),
    revision.author,
    { text: outcome, style },
    { text: services(generation), style: 'quiet' },
  ]
  return { cells: head, tail: { text: subject(generation) } }
}

/** Whoever reads a subject wants to know that it was no commit that led to this generation. */
const subject = ({ revision, origin }: Generation): string =>
  origin === 'commit' ? revision.subject : `${revision.subject} (${origin})`

const shownSteps = 3

const services = ({ steps, reason }: Generation): string => {
  const moved = steps.filter(({ step }) => step.verb !== 'keep')
  const names = moved.slice(0, shownSteps).map(stepSummary)
  const rest = moved.length > shownSteps ? ` +${moved.length - shownSteps} more` : ''
  return names.length === 0 ? (reason ?? '-') : names.join(' ') + rest
}
