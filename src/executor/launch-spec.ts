/** Everything it takes to start one process: made by the supervisor out of a unit, carried out here. Knows no unit files. */

import type { Confinement } from './confinement.ts'

export interface LaunchSpec {
  readonly unit: string
  /** 32 hex digits; one run of a unit, all its control commands included. */
  readonly invocationId: string
  /** `main`, or the control command it is: `ExecStartPre.0`. Names the process directory. */
  readonly role: string
  /** SHA of the revision it runs at, recorded for those who ask later. */
  readonly revision?: string
  readonly command: Command
  readonly identity: Identity
  readonly streams: Streams
  readonly limits: ProcessLimits
  /** Absent: no cgroup of its own (control commands of a unit join the unit's). */
  readonly cgroup?: CgroupSpec
  readonly sandbox: Sandbox
  /** Open files of the daemon that become 3, 4, … of the process: sockets it is to serve. */
  readonly listenFds?: readonly number[]
  /** Open files of the daemon: what the paths of these streams meant when they were looked at, and are opened as. */
  readonly streamFds?: Readonly<Partial<Record<'stdin' | 'stdout' | 'stderr', number>>>
  /** False: nobody waits for `execed` (all but Type=exec); it then comes with `exited` at the latest. Default: true. */
  readonly reportsExec?: boolean
}

export interface Command {
  /** Absolute path of the program, resolved by the caller; argv[0] may differ. */
  readonly path: string
  readonly argv: readonly string[]
  /** The whole environment: nothing is inherited. Never put on a command line, never logged. */
  readonly environment: Readonly<Record<string, string>>
  /** Variables that tell the process its own pid, as it sees it: `WATCHDOG_PID`. */
  readonly pidVariables?: readonly string[]
  readonly workingDirectory: string
  /** Missing directory is fine: `/` is used. */
  readonly workingDirectoryOptional: boolean
}

export interface Identity {
  /** Undefined: whoever the daemon is. */
  readonly uid?: number
  readonly gid?: number
  /** Name for `--init-groups`; undefined for a bare number. */
  readonly userName?: string
  readonly supplementaryGids: readonly number[]
  readonly umask: number
}

export type OutputTarget =
  | { readonly kind: 'null' }
  | { readonly kind: 'append' | 'truncate' | 'file'; readonly path: string }
  /** stderr only: the same open file as stdout. */
  | { readonly kind: 'same-as-stdout' }
  /** The only one of `listenFds`. */
  | { readonly kind: 'socket' }

export type InputSource =
  | { readonly kind: 'null' }
  | { readonly kind: 'file'; readonly path: string }
  /** Written down for it, then at its end. */
  | { readonly kind: 'data'; readonly base64: string }
  /** Of the invocation: `send` writes to it, and it never ends. */
  | { readonly kind: 'pipe' }
  /** The only one of `listenFds`. */
  | { readonly kind: 'socket' }

export interface Streams {
  readonly stdin: InputSource
  readonly stdout: OutputTarget
  readonly stderr: OutputTarget
  /** SIGPIPE ignored, as IgnoreSIGPIPE=yes. */
  readonly ignoreSigpipe: boolean
}

export interface ProcessLimits {
  /** By systemd's names without `Limit`: `NOFILE`, `CORE`, …; Infinity is unlimited. */
  readonly rlimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>
  readonly nice?: number
  readonly oomScoreAdjust?: number
}

export interface CgroupSpec {
  /** Relative to the cgroup root: `system.slice/web.service`. */
  readonly path: string
  /** File of cgroup v2 → lines to write: `memory.max` → `536870912`; a device is a path: `/dev/sda rbps=1000`. */
  readonly settings: Readonly<Record<string, string>>
  /** Of a slice: the controllers that no cgroup below it gets (DisableControllers=). */
  readonly withheld?: readonly string[]
  /** Who may divide it further (Delegate=); absent: nobody but root. */
  readonly delegate?: { readonly uid: number; readonly gid: number }
}

export interface Sandbox {
  readonly privatePids: boolean
  readonly noNewPrivileges: boolean
  /** Undefined: untouched. Names without `CAP_`, lower case, as setpriv spells them. */
  readonly capabilityBoundingSet?: readonly string[]
  readonly ambientCapabilities?: readonly string[]
  /** Absent: no namespaces but that of pids, no mounts, no schedulers, no filter. */
  readonly confinement?: Confinement
}
