/** Below the table of `gitproc status`: every sentence a person should know, what wants one first. */
import type { Notice, StatusAnswer, UnitView } from '../../api/contract.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { revisionName } from '../../base/revision.ts'
import { attentionLine } from './attention-line.ts'
import { diagnosticLine } from './diagnostics.ts'
import { type Look, wrapped } from './style.ts'
import { frozenLines, troubleLines } from './unit-trouble.ts'
import { counted, quotedSubject, shortName, shortSha, since, span } from './words.ts'

/** `!` wants a person, `*` is good to know. */
export const attention = (status: StatusAnswer, look: Look): readonly string[] => [
  ...pendingLines(status, look),
  ...troubleLines(status.units, look),
  // What keeps the tip out was said in the line above.
  ...status.notices
    .filter(({ text }) => text !== status.pending?.why)
    .flatMap((notice) => noticeLines(notice, look)),
  ...frozenLines(status.units, look),
  ...warningLines(status, look),
  ...editLines(status, look),
  ...limitLines(status, look),
]

const pendingLines = ({ pending, diagnostics, notices }: StatusAnswer, look: Look): readonly string[] => {
  if (!pending) return []
  const { revision, why, isBeingApplied, remedy } = pending
  if (isBeingApplied) {
    const text = `${revisionName(revision)} ${quotedSubject(revision)} is being applied`
    return attentionLine('*', 'busy', text, undefined, look)
  }
  // An order of a person keeps it out: who gave it, why, since when and what ends it is a notice of its own.
  if (notices.some((notice) => notice.remedy === remedy && endsOrder(notice.remedy)))
    return attentionLine(
      '!',
      'bad',
      `${revisionName(revision)} ${quotedSubject(revision)} is not applied`,
      undefined,
      look,
    )
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  // Each error stands on a line of its own below: the reason would say them all a second time.
  const reason = errors.length > 0 ? counted(errors.length, 'error') : why
  const text = `${revisionName(revision)} ${quotedSubject(revision)} is not applied: ${reason}`
  return [
    ...attentionLine('!', 'bad', text, remedy ?? `gitproc verify ${shortSha(revision.sha)}`, look),
    ...errors.flatMap((diagnostic) => findingLines(diagnostic, look)),
  ]
}

const endsOrder = (remedy: string | undefined): boolean =>
  remedy === 'gitproc resume' || remedy === 'gitproc confirm'

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
    ...warnings.slice(0, shownWarnings).flatMap((diagnostic) => findingLines(diagnostic, look)),
  ]
}

const findingLines = (diagnostic: Diagnostic, look: Look): readonly string[] =>
  wrapped(diagnosticLine(diagnostic, look), look.width - 6).map(
    (line, index) => `${index === 0 ? '    ' : '      '}${line}`,
  )

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
