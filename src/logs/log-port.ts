/** What the supervisor needs of the logs of a unit; reading them back is `logs/read.ts`. */

export interface LogTargets {
  /** Absolute paths of the files that the service appends to; made, with owner and mode, if missing. */
  readonly stdout: string
  readonly stderr: string
}

export interface LogCapture {
  /** Makes the unit's log files ready and says where they are. */
  open(unit: string): Promise<LogTargets>
  /** From here on, what is appended belongs to this invocation at this revision. */
  mark(unit: string, invocationId: string, revision: string | undefined): void
  /** An event shown inline (`◂ exited 78, start 5 of 5, giving up`). */
  note(unit: string, text: string): void
  /** Looks at sizes once more, writes what is due, stops watching. */
  close(): Promise<void>
}
