/** A line of the log as the pane shows it: the unit goes without saying there. Pure. */
import { harmless } from '../../logs/harmless.ts'
import type { LogLine } from '../../logs/log-line.ts'
import type { PaneLine } from './top-state.ts'

const marks = { out: '│', err: 'E', note: '◂' } as const

export const paneLine = ({ source, timeMs, message }: LogLine, isUtc: boolean): PaneLine => ({
  text: `${clockTime(timeMs, isUtc)} ${marks[source]} ${harmless(message, false)}`,
  kind: source,
})

const clockTime = (atMs: number, isUtc: boolean): string => {
  const offsetMs = isUtc ? 0 : new Date(atMs).getTimezoneOffset() * 60_000
  return new Date(atMs - offsetMs).toISOString().slice(11, 19)
}
