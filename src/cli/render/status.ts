/** `gitproc status`: one line that says all is well or not, the units, and every sentence a person should act on. */
import type { Health, StatusAnswer, SyncReason } from '../../api/contract.ts'
import { revisionName } from '../../base/revision.ts'
import { attention } from './attention.ts'
import { visibleLength } from './attention-line.ts'
import { type Look, paint, printable, type Style } from './style.ts'
import { unitTable } from './unit-table.ts'
import { quotedSubject, since } from './words.ts'

export const renderStatus = (status: StatusAnswer, look: Look): readonly string[] => [
  ...headline(status, look),
  ...indented(unitsPart(status, look)),
  ...attention(status, look),
]

export const headline = (status: StatusAnswer, look: Look): readonly string[] => {
  const name = paint(look, 'strong', status.repository.path.split('/').findLast((part) => part !== '') ?? '/')
  const { revision } = status
  const applied = revision
    ? `${revisionName(revision)} ${quotedSubject(revision)} (${revision.author}, ${since(revision.committedAtMs, look)})`
    : `${status.repository.branch}: nothing applied yet`
  const verdict = `${syncWord(status, look)}   HEALTH ${healthWord(status, look)}`
  const line = `${name}  ${printable(applied)}   ${verdict}`
  return visibleLength(line) <= look.width ? [line] : [`${name}  ${printable(applied)}`, `  ${verdict}`]
}

const reasonWords: Readonly<Record<SyncReason, string>> = {
  Held: 'held',
  Diverged: 'diverged',
  BranchMissing: 'branch is missing',
  Refused: 'the commit was refused',
  RolledBack: 'the commit was rolled back',
  Progressing: 'applying',
  Suspended: 'suspended',
  Pinned: 'pinned',
  OutsideWindow: 'waiting for a sync window',
  PruneGuard: 'waiting for sync --prune',
  Unconfirmed: 'waiting for gitproc confirm',
}

const syncWord = ({ sync, syncReason }: StatusAnswer, look: Look): string => {
  switch (sync) {
    case 'Synced':
      return paint(look, 'good', 'SYNCED')
    case 'OutOfSync':
      return paint(look, 'busy', `OUT OF SYNC${syncReason ? ` (${reasonWords[syncReason]})` : ''}`)
    case 'Unknown':
      return paint(look, 'bad', 'SYNC UNKNOWN')
  }
}

const healthStyles: Readonly<Record<Health, Style>> = {
  Healthy: 'good',
  Suspended: 'quiet',
  Progressing: 'busy',
  Missing: 'bad',
  Degraded: 'bad',
  Unknown: 'bad',
}

const healthWord = ({ health, units }: StatusAnswer, look: Look): string => {
  const wanted = units.filter((unit) => unit.isWanted)
  const up = wanted.filter(
    (unit) => unit.activeState === 'active' && ['none', 'healthy'].includes(unit.health.state),
  )
  const share = health === 'Healthy' || wanted.length === 0 ? '' : ` ${up.length}/${wanted.length}`
  return paint(look, healthStyles[health], `${health.toLowerCase()}${share}`)
}

const unitsPart = ({ units, repository }: StatusAnswer, look: Look): readonly string[] =>
  units.length > 0
    ? unitTable(units, { ...look, width: look.width - 2 })
    : [paint(look, 'quiet', `no units yet: commit unit files in ${repository.path}`)]

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)
