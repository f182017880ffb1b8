/** `gitproc bisect`: a line for each trial, then the commit that broke the unit. */
import type { Revision } from '../../base/revision.ts'
import type { Bisection, TrialRun } from '../bisect/bisection.ts'
import { settingName, settingText } from './setting.ts'
import { clipped, type Look, paint, printable } from './style.ts'
import { shortName, shortSha, shortSpan } from './words.ts'

export const trialLine = (
  { revision, verdict, reason, durationMs }: TrialRun,
  number: number,
  look: Look,
): string => {
  const style = verdict === 'good' ? 'good' : verdict === 'bad' ? 'bad' : 'quiet'
  const words = `${clipped(printable(revision.subject), 30)}: ${printable(reason)} (${shortSpan(durationMs)})`
  return `  ${String(number).padStart(2)}  ${shortSha(revision.sha)} ${paint(look, style, verdict.padEnd(10))} ${words}`
}

export const renderBisection = (
  unit: string,
  { runs, found, problem }: Bisection,
  look: Look,
): readonly string[] => {
  if (found === undefined) return [`${shortName(unit)}: not found: ${problem ?? 'nothing to try'}`]
  const { culprit, changes, lastGood, suspects } = found
  const lastLines = runs.find(({ revision }) => revision.sha === culprit.sha)?.lastLines ?? []
  return [
    `${shortName(unit)} was broken by ${paint(look, 'bad', shortSha(culprit.sha))} "${printable(culprit.subject)}"`,
    `  ${printable(culprit.author)}, ${new Date(culprit.committedAtMs).toISOString()}`,
    ...changes.map(({ directive, before, after }) => {
      const name = settingName(directive)
      if (directive.startsWith('file ')) return `  ${name} changed`
      return `  ${name} ${printable(settingText(directive, before))} → ${printable(settingText(directive, after))}`
    }),
    ...lastLines.map((line) => paint(look, 'quiet', `  | ${printable(line)}`)),
    ...(suspects.length > 0
      ? [`  or by one of ${suspects.map(words).join(', ')}, which could not be tried`]
      : []),
    `The one before works: ${words(lastGood)}`,
    `Next: git revert ${shortSha(culprit.sha)}, or everything since: gitproc rollback ${shortSha(lastGood.sha)}`,
  ]
}

const words = ({ sha, subject }: Revision): string => `${shortSha(sha)} "${printable(subject)}"`
