/** The `<N>` prefix of sd-daemon(3), and the levels of syslog(3). Pure. */

export const levels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

/** systemd.exec(5), SyslogLevel=. */
export const defaultPriority = 6

export interface Prioritized {
  /** 0 (emerg) to 7 (debug). */
  readonly priority: number
  readonly message: string
}

/** Takes the prefix off. It may name a facility, too, which systemd's syslog_parse_priority() drops as we do. */
export const parsePriority = (line: string, fallback = defaultPriority): Prioritized => {
  const match = line.charCodeAt(0) === 0x3c ? /^<(\d{1,3})>/.exec(line) : null
  if (match === null || Number(match[1]) > 191) return { priority: fallback, message: line }
  return { priority: Number(match[1]) & 7, message: line.slice(match[0].length) }
}
