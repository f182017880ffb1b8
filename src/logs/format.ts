/** How lines look: for a person (`short`), as they are (`cat`), for a program (`json`). */
import { harmless } from './harmless.ts'
import type { LogLine } from './log-line.ts'
import { levels } from './priority.ts'

export type LogFormat = 'short' | 'cat' | 'json'

export interface FormatOptions {
  readonly format: LogFormat
  /** The output is a terminal that shows colours. */
  readonly colour: boolean
  /** The output is a terminal: control characters are made harmless. */
  readonly terminal: boolean
  readonly utc: boolean
  /** Names whose longest sets the gutter's width; a longer one that comes later widens it. */
  readonly identifiers: readonly string[]
}

/** Keeps what lines have in common: the gutter's width, the day, the stretch of inexact times. */
export class LogFormatter {
  private readonly options: FormatOptions
  private gutter: number
  private day = ''
  private awayUntilMs = 0

  constructor(options: FormatOptions) {
    this.options = options
    this.gutter = Math.min(maxGutter, Math.max(0, ...options.identifiers.map((name) => name.length)))
  }

  /** With its line break; more than one line where something has to be said before it. */
  format(line: LogLine): string {
    switch (this.options.format) {
      case 'json':
        return `${JSON.stringify(jsonOf(line))}\n`
      case 'cat':
        return `${this.message(line)}\n`
      case 'short':
        return this.dayBreak(line) + this.awayNotice(line) + this.short(line, this.message(line))
    }
  }

  private short(line: LogLine, message: string): string {
    this.gutter = Math.min(maxGutter, Math.max(this.gutter, line.identifier.length))
    const name = fitted(line.identifier, this.gutter)
    const mark = line.source === 'note' ? '◂' : line.source === 'err' ? 'E' : '│'
    const time = this.timeOf(line)
    if (!this.options.colour) return `${time} ${name} ${mark} ${message}\n`
    const body =
      line.source === 'note' ? dim(message) : line.priority <= 3 ? `${red}${message}${reset}` : message
    return `${dim(time)} ${nameColour(line.identifier)}${name}${reset} ${line.source === 'err' ? `${red}E${reset}` : dim(mark)} ${body}\n`
  }

  private message(line: LogLine): string {
    const { terminal, colour } = this.options
    const text = terminal ? harmless(line.message, colour) : line.message
    return line.omittedBytes > 0 ? `${text}… (${line.omittedBytes} bytes more: --raw)` : text
  }

  private timeOf({ timeMs, notAfterMs, ...line }: LogLine): string {
    if (isExact({ ...line, notAfterMs })) return clockTime(timeMs, this.options.utc)
    return `~${clockTime(notAfterMs, this.options.utc).slice(0, 8)}`.padEnd(12)
  }

  /** Times without a date would lie about yesterday. */
  private dayBreak(line: LogLine): string {
    const day = dayOf(line.notAfterMs, this.options.utc)
    const before = this.day
    this.day = day
    if (before === day || (before === '' && day === dayOf(Date.now(), this.options.utc))) return ''
    return this.aside(`-- ${day} --`)
  }

  private awayNotice(line: LogLine): string {
    if (isExact(line) || line.notAfterMs === this.awayUntilMs) return ''
    this.awayUntilMs = line.notAfterMs
    const { utc } = this.options
    const since = line.notBeforeMs === 0 ? 'before' : `between ${moment(line.notBeforeMs, utc)} and`
    return this.aside(
      `-- ${line.identifier}: written ${since} ${moment(line.notAfterMs, utc)}, while nobody looked --`,
    )
  }

  private aside(text: string): string {
    return `${this.options.colour ? dim(text) : text}\n`
  }
}

const maxGutter = 24

/** Sampling a busy unit leaves less than this open. */
const exactWithinMs = 1000

const isExact = (line: Pick<LogLine, 'notBeforeMs' | 'notAfterMs'>): boolean =>
  line.notAfterMs - line.notBeforeMs <= exactWithinMs

const jsonOf = (line: LogLine): Record<string, unknown> => ({
  time: new Date(line.timeMs).toISOString(),
  ...(line.notBeforeMs === line.notAfterMs
    ? {}
    : {
        notBefore: new Date(line.notBeforeMs).toISOString(),
        notAfter: new Date(line.notAfterMs).toISOString(),
      }),
  unit: line.unit,
  stream: line.source === 'out' ? 'stdout' : line.source === 'err' ? 'stderr' : 'event',
  identifier: line.identifier,
  invocation: line.invocation,
  revision: line.revision,
  priority: levels[line.priority],
  message: line.message,
  ...(line.omittedBytes > 0 ? { omittedBytes: line.omittedBytes } : {}),
})

const clockTime = (ms: number, utc: boolean): string => isoOf(ms, utc).slice(11, 23)
const dayOf = (ms: number, utc: boolean): string => isoOf(ms, utc).slice(0, 10)
const moment = (ms: number, utc: boolean): string => isoOf(ms, utc).slice(0, 19).replace('T', ' ')

/** ISO 8601 in UTC, or the same with the local clock's digits. */
const isoOf = (ms: number, utc: boolean): string =>
  new Date(utc ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString()

const fitted = (name: string, width: number): string =>
  name.length > width ? `${name.slice(0, width - 1)}…` : name.padEnd(width)

const reset = '\u001b[0m'
const red = '\u001b[31m'
const dim = (text: string): string => `\u001b[2m${text}${reset}`

/** Green to cyan and their bright kin: not red, which is for errors. */
const palette = [32, 33, 34, 35, 36, 92, 93, 94, 95, 96]

/** The same unit has the same colour every time. */
const nameColour = (name: string): string => {
  let hash = 0
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0
  return `\u001b[${palette[hash % palette.length]}m`
}
