/** Steps of a plan in short: the sign for each verb, and the summary of a generation's. */

import type { StepRecord } from '../../api/contract.ts'
import type { Step, Verb } from '../../plan/plan.ts'
import { clipped, type Style } from './style.ts'
import { shortName } from './words.ts'

export const signOf: Readonly<Record<Verb, string>> = {
  start: '+',
  stop: '-',
  restart: '~',
  reload: '~',
  update: '~',
  keep: '=',
}

export const styleOf: Readonly<Record<Verb, Style>> = {
  start: 'good',
  stop: 'bad',
  restart: 'busy',
  reload: 'busy',
  update: 'busy',
  keep: 'quiet',
}

/** What becomes of the running process, for the right column of a plan. */
export const effectOf = ({ verb, after }: Step): string => {
  switch (verb) {
    case 'start':
      return after.length === 0 ? 'start' : `start after ${after.map(shortName).join(', ')}`
    case 'update':
      return 'live, no restart'
    case 'keep':
      return 'untouched'
    case 'stop':
    case 'restart':
    case 'reload':
      return verb
  }
}

const goodResults: readonly (string | undefined)[] = ['ready', 'done', 'superseded', undefined]

export const hasFailed = ({ result }: StepRecord): boolean => !goodResults.includes(result)

/** The beginning tells what it was; all of it stands in `gitproc status` and in the log. */
const shownResult = 22

/** `~api`, `+backup`, `×mailer (exited 78)`. */
export const stepSummary = (record: StepRecord): string =>
  hasFailed(record)
    ? `×${shortName(record.step.unit)} (${clipped(record.result ?? '', shownResult)})`
    : `${signOf[record.step.verb]}${shortName(record.step.unit)}`
