/** What sets off a timer or a path unit: one ordered list each; any of its directives, assigned empty, forgets it whole. */

import { parseCron } from '../calendar/cron.ts'
import { parseCalendar } from '../calendar/parse.ts'
import type { ValueType } from '../directive.ts'
import { parseTimeSpan } from '../time-span/time-span.ts'
import type { PathWatch, TimerTrigger } from '../values.ts'
import { readAbsolutePath } from './path.ts'
import { wanted } from './value-type.ts'

export const timerKinds = [
  'OnCalendar',
  'OnCron',
  'OnActiveSec',
  'OnBootSec',
  'OnStartupSec',
  'OnUnitActiveSec',
  'OnUnitInactiveSec',
] as const

export const timerTriggers: ValueType<readonly TimerTrigger[]> = {
  name: 'a calendar event or a time span',
  man: 'systemd.time(7)',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    if ('problem' in expanded)
      return { value: previous, problem: { severity: 'error', message: expanded.problem } }
    const kind = timerKinds.find((each) => each === context.directive)!
    const read = readTrigger(kind, expanded.text)
    return 'problem' in read
      ? { value: previous, problem: read.problem }
      : { value: [...(previous ?? []), read] }
  },
}

const readTrigger = (kind: TimerTrigger['kind'], text: string) => {
  switch (kind) {
    case 'OnCalendar':
      return readCalendar(text)
    case 'OnCron':
      return readCron(text)
    default:
      return readSpan(kind, text)
  }
}

const readCron = (text: string) => {
  const cron = parseCron(text)
  if (cron.ok) return { kind: 'OnCron' as const, text, calendars: cron.value }
  const { severity, message } = wanted('the five fields of crontab(5)', text)
  return { problem: { severity, message: `${message}: ${cron.error}` } }
}

const readCalendar = (text: string) => {
  const calendar = parseCalendar(text)
  if (calendar.ok) return { kind: 'OnCalendar' as const, text, calendar: calendar.value }
  const { severity, message } = wanted('a calendar event', text)
  return { problem: { severity, message: `${message}: ${calendar.error}` } }
}

const readSpan = (kind: Exclude<TimerTrigger['kind'], 'OnCalendar' | 'OnCron'>, text: string) => {
  const usec = parseTimeSpan(text)
  return usec === undefined ? { problem: wanted('a time span', text) } : { kind, usec }
}

export const pathKinds = [
  'PathExists',
  'PathExistsGlob',
  'PathChanged',
  'PathModified',
  'DirectoryNotEmpty',
] as const

export const pathWatches: ValueType<readonly PathWatch[]> = {
  name: 'an absolute path',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    if ('problem' in expanded)
      return { value: previous, problem: { severity: 'error', message: expanded.problem } }
    const path = readAbsolutePath(expanded.text)
    if (!path.ok) return { value: previous, problem: { severity: 'error', message: path.error } }
    const kind = pathKinds.find((each) => each === context.directive)!
    return { value: [...(previous ?? []), { kind, path: path.value }] }
  },
}
