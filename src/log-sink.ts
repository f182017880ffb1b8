/**
 * Where the lines of the daemon's own log go. They are gathered for a moment and written in one go: five hundred units
 * that start tell a thousand lines, and a system call for each would take as long as the starts themselves.
 */
import type { Clock } from './base/clock.ts'

export interface LogSink {
  /** A line with its line break. */
  write(line: string): void
  /** Writes what waits. */
  flush(): void
}

/** After a pause a line goes out with the next turn of the loop; in a burst so often. */
const gatherMs = 20

/** `put` gets whole lines, many at once, and must not throw. */
export const gatherLines = (clock: Clock, put: (text: string) => void): LogSink => {
  let waiting = ''
  let isDue = false
  let writtenAtMs = 0
  const flush = (): void => {
    isDue = false
    if (waiting === '') return
    const text = waiting
    waiting = ''
    writtenAtMs = clock.now()
    put(text)
  }
  return {
    write: (line) => {
      waiting += line
      if (isDue) return
      isDue = true
      if (clock.now() - writtenAtMs >= gatherMs) setImmediate(flush)
      else clock.at(writtenAtMs + gatherMs, flush)
    },
    flush,
  }
}
