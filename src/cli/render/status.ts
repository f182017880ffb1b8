/** `gitproc status`: one line that says all is well or not, the units, and every sentence a person should act on. */
import type { Health, Notice, StatusAnswer, SyncReason, UnitView } from '../../api/contract.ts'
import { revisionName } from '../../base/revision.ts'
import { diagnosticLine } from './diagnostics.ts'
import { type Look, paint, printable, type Style, wrapped } from './style.ts'
import { unitTable } from './unit-table.ts'
import { counted, quotedSubject, shortName, shortSha, since, span } from './words.ts'

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

/** `!` wants a person, `*` is good to know. */
export const attention = (status: StatusAnswer, look: Look): readonly string[] => [
  ...pendingLines(status, look),
  // What keeps the tip out was said in the line above.
  ...status.notices
    .filter(({ text }) => text !== status.pending?.why)
    .flatMap((notice) => noticeLines(notice, look)),
  ...warningLines(status, look),
  ...editLines(status, look),
  ...limitLines(status, look),
]

const pendingLines = ({ pending, diagnostics }: StatusAnswer, look: Look): readonly string[] => {
  if (!pending) return []
  const { revision, why, isBeingApplied, remedy } = pending
  if (isBeingApplied) {
    const text = `${revisionName(revision)} ${quotedSubject(revision)} is being applied`
    return attentionLine('*', 'busy', text, undefined, look)
  }
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  // Each error stands on a line of its own below: the reason would say them all a second time.
  const reason = errors.length > 0 ? counted(errors.length, 'error') : why
  const text = `${revisionName(revision)} ${quotedSubject(revision)} is not applied: ${reason}`
  return [
    ...attentionLine('!', 'bad', text, remedy ?? `gitproc verify ${shortSha(revision.sha)}`, look),
    ...errors.map((diagnostic) => `    ${diagnosticLine(diagnostic, look)}`),
  ]
}

const noticeLines = (notice: Notice, look: Look): readonly string[] =>
  attentionLine('!', 'busy', noticeText(notice, look), notice.remedy, look)

const noticeText = ({ text, sinceMs, nextTryAtMs }: Notice, look: Look): string => {
  const next =
    nextTryAtMs === undefined ? '' : `; next try in ${span(Math.max(1000, nextTryAtMs - look.nowMs))}`
  return `${text}${next} (${since(sinceMs, look)})`
}

const shownWarnings = 5

const warningLines = ({ diagnostics }: StatusAnswer, look: Look): readonly string[] => {
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === 'warning')
  if (warnings.length === 0) return []
  return [
    ...attentionLine(
      '*',
      'quiet',
      `${counted(warnings.length, 'warning')} about unit files:`,
      'gitproc verify',
      look,
    ),
    ...warnings.slice(0, shownWarnings).map((diagnostic) => `    ${diagnosticLine(diagnostic, look)}`),
  ]
}

const editLines = ({ repository: { uncommitted } }: StatusAnswer, look: Look): readonly string[] =>
  uncommitted.length === 0
    ? []
    : attentionLine('*', 'quiet', `not committed, so not run: ${uncommitted.join(', ')}`, 'git status', look)

const limitLines = ({ units, limitations }: StatusAnswer, look: Look): readonly string[] => [
  ...limitations.flatMap((text) => attentionLine('*', 'quiet', `this host: ${text}`, undefined, look)),
  ...unenforcedLines(
    units.filter((unit) => unit.notEnforced.length > 0),
    look,
  ),
]

/** The names alone: the reasons stand above, and with each unit. */
const unenforcedLines = (units: readonly UnitView[], look: Look): readonly string[] => {
  const first = units[0]
  if (first === undefined) return []
  const names = units.map(
    (unit) => `${shortName(unit.name)} ${unit.notEnforced.map(directiveAlone).join(' ')}`,
  )
  const remedy = `gitproc status ${shortName(first.name)}`
  return attentionLine('*', 'quiet', `not enforced here: ${names.join('; ')}`, remedy, look)
}

const directiveAlone = (sentence: string): string => sentence.split(' ', 1)[0] ?? sentence

const attentionLine = (
  sign: '!' | '*',
  style: Style,
  text: string,
  remedy: string | undefined,
  look: Look,
): readonly string[] => {
  const lines = wrapped(printable(text), look.width - 4).map(
    (line, index) => `${index === 0 ? `  ${paint(look, style, sign)} ` : '    '}${line}`,
  )
  const last = lines.at(-1)!
  if (remedy === undefined) return lines
  const isRoom = visibleLength(last) + 3 + remedy.length <= look.width
  return isRoom ? [...lines.slice(0, -1), `${last}   ${remedy}`] : [...lines, `    ${remedy}`]
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room on the line
const visibleLength = (text: string): number => [...text.replace(/\x1b\[\d+m/g, '')].length
