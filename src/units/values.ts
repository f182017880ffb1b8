/** The types that directives' values have once parsed. Times are microseconds here, as in systemd's own properties. */
import type { Position } from '../base/diagnostic.ts'
import type { Calendar } from './calendar/calendar.ts'

/** Microseconds; `Infinity` where systemd says `infinity`. */
export type Usec = number
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

/** One variable of `Environment=`, specifiers expanded. */
export interface EnvironmentVariable {
  readonly name: string
  readonly value: string
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

/** HTTP statuses from one to another, both included. */
export interface StatusRange {
  readonly from: number
  readonly to: number
}

export interface TcpAddress {
  readonly host: string
  readonly port: number
}

/** `Delegate=`. */
export interface Delegation {
  readonly isDelegated: boolean
  readonly controllers: readonly string[]
}

/** `IOReadBandwidthMax=` and its kin: a number for one device; microseconds for latencies. */
export interface DeviceLimit {
  readonly device: string
  readonly value: number
}

/** `DeviceAllow=` */
export interface DeviceRule {
  /** A path below /dev, or `char-NAME`, `block-NAME`. */
  readonly device: string
  /** Letters out of `rwm`. */
  readonly permissions: string
}

export interface IpPrefix {
  readonly family: 'IPv4' | 'IPv6'
  readonly bytes: readonly number[]
  readonly bits: number
}

/** `BindPaths=`, `BindReadOnlyPaths=`. */
export interface BindMount {
  readonly source: string
  readonly destination: string
  /** A leading `-`: missing is fine. */
  readonly optional: boolean
  readonly recursive: boolean
}

/** `TemporaryFileSystem=` */
export interface TemporaryMount {
  readonly path: string
  readonly options: string
}

/** One folder of `RuntimeDirectory=`, `StateDirectory=`, …, below the folder of its kind. */
export interface ServiceDirectory {
  readonly path: string
  /** Symbolic links to it, in the same folder. */
  readonly links: readonly string[]
}

/** `LoadCredential=`: a file, or a credential of the manager by its name. */
export interface CredentialSource {
  readonly name: string
  readonly path: string
}

/** `SetCredential=`: never logged. */
export interface CredentialText {
  readonly name: string
  readonly text: string
}

/** A list of names that is either all that is allowed or all that is denied. */
export interface NameFilter {
  readonly isAllowList: boolean
  readonly names: readonly string[]
}

/** One trigger of a timer, in the order written. */
export type TimerTrigger =
  | { readonly kind: 'OnCalendar'; readonly text: string; readonly calendar: Calendar }
  /** Any of the events makes it elapse. */
  | { readonly kind: 'OnCron'; readonly text: string; readonly calendars: readonly Calendar[] }
  | {
      readonly kind: 'OnActiveSec' | 'OnBootSec' | 'OnStartupSec' | 'OnUnitActiveSec' | 'OnUnitInactiveSec'
      readonly usec: Usec
    }

/** One `Listen…=` of a socket. */
export interface ListenAddress {
  /** What follows `Listen`: `Stream`, `Datagram`, `SequentialPacket`, `FIFO`, … */
  readonly kind: string
  /** Normalised: a path, `@name`, `host:port`, `[::]:port`, … */
  readonly address: string
}

/** One watch of a path unit. */
export interface PathWatch {
  readonly kind: 'PathExists' | 'PathExistsGlob' | 'PathChanged' | 'PathModified' | 'DirectoryNotEmpty'
  readonly path: string
}
