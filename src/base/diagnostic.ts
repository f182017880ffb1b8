/** A finding in a unit file. Diagnostics are values: collected, sorted, shown all at once. */

/** `error` stops the commit; `warning` does not; `hint` is advice. */
export type Severity = 'error' | 'warning' | 'hint'

/** Where a value stands: path relative to the watched folder, line and column from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Diagnostic {
  readonly position: Position
  readonly severity: Severity
  /** Stable, for tools: `unknown-directive`, `bad-value`, `not-enforced`, `cycle`, … */
  readonly code: string
  readonly message: string
  /** The man page that decides: `systemd.time(7)`. */
  readonly man?: string
  /** What was probably meant: `RestartSec=`. */
  readonly suggestion?: string
}
