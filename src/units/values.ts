/** The types that directives' values have once parsed. Times are microseconds here, as in systemd's own properties. */
import type { Position } from '../base/diagnostic.ts'

/** Microseconds; `Infinity` where systemd says `infinity`. */
export type Usec = number
/** Bytes; `Infinity` where systemd says `infinity`. */
export type Bytes = number
/** A size that may be a share of the host's memory (or of its pid limit). */
export type SizeOrPercent =
  | { readonly kind: 'absolute'; readonly value: number }
  | { readonly kind: 'percent'; readonly percent: number }

/** One command of an `Exec…=` line: unquoted and %-expanded, `$` not yet expanded (systemd.service(5), COMMAND LINES). */
export interface ExecCommand {
  /** Absolute path, or a bare name that is looked up in the search path at start. */
  readonly path: string
  /** argv[0] included: the path unless `@` gave another. */
  readonly argv: readonly string[]
  /** `-`: a failure counts as success. */
  readonly ignoreFailure: boolean
  /** `:`: no `$` expansion. */
  readonly noEnvExpand: boolean
  /** `+`: full privileges, no user, no sandbox. */
  readonly privileged: boolean
  /** `!`: no user switch, sandbox stays. */
  readonly noSetuid: boolean
  /** `!!`: as `!` only where ambient capabilities are missing. */
  readonly ambient: boolean
  readonly position: Position
}

export interface EnvironmentFile {
  readonly path: string
  /** A leading `-`: missing is fine. */
  readonly optional: boolean
}

export interface ExitStatusSet {
  readonly statuses: readonly number[]
  /** `SIGTERM`, … */
  readonly signals: readonly string[]
}

export interface ResourceLimit {
  readonly soft: number
  readonly hard: number
}

export interface Condition {
  /** `ConditionPathExists`, `AssertUser`, … as written. */
  readonly kind: string
  /** `|`: one of the triggering ones must hold. */
  readonly trigger: boolean
  /** `!` */
  readonly negate: boolean
  readonly parameter: string
  readonly position: Position
}

/** `StandardOutput=` and its kin. */
export interface StandardStream {
  /** `null tty journal kmsg journal+console inherit file append truncate socket fd data …` as systemd spells it. */
  readonly kind: string
  /** Path of `file:`/`append:`/`truncate:`, name of `fd:`. */
  readonly argument?: string
}
