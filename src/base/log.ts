/** The port to the daemon's own log. A message is constant; what varies stands in the fields. */
export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
}

export const silentLog: Log = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
}

/** From what a person must act on to what only an author of gitproc wants to see. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** How much the daemon's own log says; may be changed while it runs. */
export interface LogVolume {
  level: LogLevel
}
