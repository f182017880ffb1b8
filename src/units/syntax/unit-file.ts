/** What one file of systemd's syntax holds: assignments in order, each knowing its place. */
import type { Diagnostic, Position } from '../../base/diagnostic.ts'

export interface Section {
  readonly name: string
  readonly position: Position
  readonly assignments: readonly Assignment[]
}

export interface Assignment {
  readonly key: string
  /** The right side, continuation lines joined, white space at both ends gone. */
  readonly text: string
  readonly keyPosition: Position
  /** Where the right side begins; where it is empty, just behind the `=`. */
  readonly position: Position
}

export interface UnitFile {
  /** As headed in the file: a name may appear several times. */
  readonly sections: readonly Section[]
  readonly diagnostics: readonly Diagnostic[]
  /** The line at which systemd gives up on the file; what stands below it was read for its diagnostics only. */
  readonly brokenAtLine: number | undefined
}
