/** The daemon's own log: winston, short coloured lines for a person or JSON for a machine. */
import { createLogger, format, transports } from 'winston'
import type { Log, LogFields } from './base/log.ts'

export interface LoggerSettings {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  readonly format: 'text' | 'json'
  /** Colours only where somebody looks. */
  readonly isTerminal: boolean
  /** A file beside the console: JSON lines, rotated by size. */
  readonly file?: string
}

export interface Logger extends Log {
  setLevel(level: LoggerSettings['level']): void
  /** Resolves once everything is written. */
  close(): Promise<void>
}

const fileSizeBytes = 10 * 1024 * 1024
const filesKept = 5

export const createDaemonLogger = (settings: LoggerSettings): Logger => {
  const console = new transports.Console({
    format: settings.format === 'json' ? jsonLines : textLines(settings.isTerminal),
  })
  const file = settings.file === undefined ? [] : [fileTransport(settings.file)]
  const logger = createLogger({ level: settings.level, transports: [console, ...file] })
  const write =
    (level: LoggerSettings['level']) =>
    (message: string, fields: LogFields = {}): void => {
      logger.log(level, message, { fields })
    }
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    setLevel: (level) => {
      logger.level = level
    },
    close: () =>
      new Promise((resolve) => {
        logger.on('finish', resolve)
        logger.end()
      }),
  }
}

const fileTransport = (filename: string): InstanceType<typeof transports.File> =>
  new transports.File({
    filename,
    maxsize: fileSizeBytes,
    maxFiles: filesKept,
    tailable: true,
    format: jsonLines,
    options: { flags: 'a', mode: 0o640 },
  })

interface Entry {
  readonly level: string
  readonly message: unknown
  readonly timestamp?: unknown
  readonly fields?: unknown
}

const fieldsOf = (entry: Entry): LogFields => (entry.fields ?? {}) as LogFields

const jsonLines = format.combine(
  format.timestamp(),
  format.printf((entry) =>
    JSON.stringify({
      time: entry['timestamp'],
      level: entry.level,
      message: entry.message,
      ...fieldsOf(entry as Entry),
    }),
  ),
)

const colours: Readonly<Record<string, string>> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '',
  debug: '\u001b[2m',
}

/** `14:05:11.204 info  unit changed state unit=web.service from=start to=running` */
const textLines = (isTerminal: boolean): ReturnType<typeof format.combine> =>
  format.combine(
    format.timestamp({ format: 'HH:mm:ss.SSS' }),
    format.printf((entry) => {
      const fields = Object.entries(fieldsOf(entry as Entry)).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${fieldText(value)}`],
      )
      const colour = isTerminal ? (colours[entry.level] ?? '') : ''
      const text = [entry['timestamp'], entry.level.padEnd(5), entry.message, ...fields].join(' ')
      return colour === '' ? text : `${colour}${text}\u001b[0m`
    }),
  )

const fieldText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /[\s"=]/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text
}
