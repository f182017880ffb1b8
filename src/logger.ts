/** The daemon's own log: winston, short coloured lines for a person or JSON for a machine. */
import { Writable } from 'node:stream'
import { createLogger, format, transports } from 'winston'
import type { Log, LogFields, LogLevel, LogVolume } from './base/log.ts'
import { type FileLimits, LogFile } from './log-file.ts'
import { gatherLines, type LogSink } from './log-sink.ts'
import { systemClock } from './system-clock.ts'

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

export interface Logger extends Log {
  readonly volume: LogVolume
  /** Resolves once everything is written. */
  close(): Promise<void>
}

const usualFileLimits: FileLimits = { sizeBytes: 10 * 1024 * 1024, kept: 5 }

export const createDaemonLogger = (settings: LoggerSettings): Logger => {
  const console = consoleOf(settings)
  const file =
    settings.file === undefined
      ? undefined
      : new LogFile(settings.file, settings.fileLimits ?? usualFileLimits)
  const outputs = [
    ...(console ? [console] : []),
    ...(file ? [outputTo((text) => file.append(text), jsonLines)] : []),
  ]
  const logger = createLogger({
    level: settings.level,
    silent: outputs.length === 0,
    transports: outputs.map(({ transport }) => transport),
  })
  const flush = (): void => {
    for (const { sink } of outputs) sink.flush()
  }
  // Whatever ends the process, an exception among it: its last lines say why.
  process.once('exit', flush)
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return
      logger.log(level, withoutCredentials(message), { fields })
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
        logger.on('finish', () => {
          flush()
          process.off('exit', flush)
          file?.close()
          resolve()
        })
        logger.end()
      }),
  }
}

interface Output {
  readonly transport: InstanceType<typeof transports.Stream>
  readonly sink: LogSink
}

const outputTo = (put: (text: string) => void, lines: ReturnType<typeof format.combine>): Output => {
  const sink = gatherLines(systemClock, put)
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      sink.write(line)
      done()
    },
  })
  return { transport: new transports.Stream({ stream, format: lines }), sink }
}

const consoleOf = ({ isSilent, format: asked, isTerminal }: LoggerSettings): Output | undefined =>
  isSilent === true
    ? undefined
    : outputTo((text) => process.stdout.write(text), asked === 'json' ? jsonLines : textLines(isTerminal))

/** The last line of defence: `https://ada:secret@host` is never written, whoever has put it in a sentence. */
const withoutCredentials = (text: string): string =>
  text.includes('://') ? text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@') : text

/** For JSON.stringify. */
const harmless = (_key: string, value: unknown): unknown => {
  if (value instanceof Error) return withoutCredentials(value.message)
  return typeof value === 'string' ? withoutCredentials(value) : value
}

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
    JSON.stringify(
      {
        time: entry['timestamp'],
        level: entry.level,
        message: entry.message,
        ...fieldsOf(entry as Entry),
      },
      harmless,
    ),
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
  const plain = harmless('', value)
  const text = typeof plain === 'string' ? plain : (JSON.stringify(plain, harmless) ?? '')
  return /[\s"=]/.test(text) && typeof plain === 'string' ? JSON.stringify(text) : text
}
