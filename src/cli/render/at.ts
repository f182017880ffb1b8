/** What was in force at an earlier time. */
import type { AtAnswer, UnitAt } from '../../api/contract.ts'
import { revisionName } from '../../base/revision.ts'
import { type Look, paint, printable } from './style.ts'
import { type Column, type Row, table } from './table.ts'
import { quotedSubject, shortName, shortSha, timestamp } from './words.ts'

const columns: readonly Column[] = [
  { title: 'SERVICE', isElastic: true },
  { title: 'COMMIT' },
  { title: 'STATE' },
  { title: 'SINCE', dispensable: 1 },
  { title: 'LAST' },
]

export const renderAt = ({ atMs, generation, units, isWhole }: AtAnswer, look: Look): readonly string[] => {
  if (generation === undefined)
    return [`${timestamp(atMs)}: nothing had been applied yet, as far as records go`]
  const { number, revision, outcome, origin } = generation
  const head = `${timestamp(atMs)}  generation ${number}  ${revisionName(revision)} ${quotedSubject(revision)} (${revision.author}, ${origin})  ${outcome}`
  return [
    paint(look, 'strong', printable(head)),
    ...(units.length === 0 ? ['no units'] : table(columns, units.map(row), look)),
    ...(isWhole
      ? []
      : ['! records begin later than some of this: units that no kept generation moved are missing']),
  ]
}

const row = ({ name, revision, subState, sinceMs, text }: UnitAt): Row => ({
  cells: [
    shortName(name),
    { text: shortSha(revision), style: 'strong' },
    subState ?? '-',
    sinceMs === undefined ? '-' : timestamp(sinceMs),
  ],
  tail: { text: text ?? '-', style: 'quiet' },
})
