/** What the supervisor needs of the logs of a unit; reading them back is `logs/read.ts`. */
import type { LineSettings } from './line-settings.ts'
import type { LogLimits } from './log-limits.ts'

export interface LogTargets {
  /** Absolute paths of the files that the service appends to; made, with owner and mode, if missing. */
  readonly stdout: string
  readonly stderr: string
}

export interface LogCapture {
  /**
   * Makes the unit's log files ready, says where they are, and watches them from here on. Again for a unit that is open
   * already: the same answer, and what is given applies from now on. Limits not given are the configuration's defaults.
   */
  open(unit: string, limits?: Partial<LogLimits>, lines?: LineSettings): Promise<LogTargets>
  /** From here on, what is appended belongs to this invocation at this revision. */
  mark(unit: string, invocationId: string, revision: string | undefined): void
  /** An event shown inline (`◂ exited 78, start 5 of 5, giving up`). `crash`: the run that ends here is one for `--last-crash`. */
  note(unit: string, text: string, kind?: 'crash'): void
  /** Stops watching a unit that is no more; its files stay. */
  release(unit: string): void
  /** Looks at sizes once more, writes what is due, stops watching. */
  close(): Promise<void>
}
