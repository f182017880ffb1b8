/** The daemon's own log: winston, short coloured lines for a person or JSON for a machine. */
import { createLogger, format, transports } from 'winston'
import type { Log, LogFields, LogLevel, LogVolume } from './base/log.ts'

export interface LoggerSettings {
  readonly level: LogLevel
  readonly format: 'text' | 'json'
  /** Colours only where somebody looks. */
  readonly isTerminal: boolean
  /** A file beside the console: JSON lines, rotated by size. */
  readonly file?: string
  readonly fileLimits?: FileLimits
  /** Nothing on the console. */
  readonly isSilent?: boolean
}

export interface FileLimits {
  readonly sizeBytes: number
  readonly kept: number
}

export interface Logger extends Log {
  readonly volume: LogVolume
  /** Resolves once everything is written, or after a second. */
  close(): Promise<void>
}

/** A file that is being rotated at the very end never reports that it is finished (winston 3.19). */
const closingMs = 1000

const usualFileLimits: FileLimits = { sizeBytes: 10 * 1024 * 1024, kept: 5 }

export const createDaemonLogger = (settings: LoggerSettings): Logger => {
  const console = new transports.Console({
    silent: settings.isSilent === true,
    format: settings.format === 'json' ? jsonLines : textLines(settings.isTerminal),
  })
  const file =
    settings.file === undefined ? [] : [fileTransport(settings.file, settings.fileLimits ?? usualFileLimits)]
  const logger = createLogger({ level: settings.level, transports: [console, ...file] })
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      logger.log(level, withoutCredentials(message), { fields: clean(fields) })
    }
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    volume: {
      get level() {
        return logger.level as LogLevel
      },
      set level(level) {
        logger.level = level
      },
    },
    close: () =>
      new Promise((resolve) => {
        const patience = setTimeout(resolve, closingMs)
        logger.on('finish', () => {
          clearTimeout(patience)
          resolve()
        })
        logger.end()
      }),
  }
}

/** The last line of defence: `https://ada:secret@host` is never written, whoever has put it in a sentence. */
const withoutCredentials = (text: string): string =>
  text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@')

const clean = (fields: LogFields): LogFields => {
  const hide = (_key: string, value: unknown): unknown => {
    if (value instanceof Error) return withoutCredentials(value.message)
    return typeof value === 'string' ? withoutCredentials(value) : value
  }
  return JSON.parse(JSON.stringify(fields, hide)) as LogFields
}

const fileTransport = (
  filename: string,
  { sizeBytes, kept }: FileLimits,
): InstanceType<typeof transports.File> =>
  new transports.File({
    filename,
    maxsize: sizeBytes,
    maxFiles: kept,
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
