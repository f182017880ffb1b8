/** The port of this folder: starts processes that outlive the daemon, and tells how each ended. */
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'
import type { CgroupSpec, LaunchSpec } from './launch-spec.ts'

/** One process directory under the run directory: a main process or a control command, and its shim. */
export interface ProcessKey {
  readonly unit: string
  readonly invocationId: string
  readonly role: string
}

export type ProcessEvent =
  /** The shim wrote the pid: the process exists. */
  | { readonly kind: 'spawned'; readonly key: ProcessKey; readonly process: ProcessId }
  /** The process runs its own program: exec(2) succeeded. */
  | { readonly kind: 'execed'; readonly key: ProcessKey }
  | { readonly kind: 'exited'; readonly key: ProcessKey; readonly record: ExitRecord }
  /** No process of the unit is left (its cgroup, or what else tracks it, is empty). */
  | { readonly kind: 'empty'; readonly unit: string }
  /** The kernel's OOM killer took a process of the unit. */
  | { readonly kind: 'oom-kill'; readonly unit: string }
  /** Somebody wrote a limit of its cgroup by hand; what was decided has been written back. */
  | { readonly kind: 'limit-changed'; readonly unit: string; readonly file: string; readonly found: string }

/** What a start of the daemon found in the run directory. */
export interface Adopted {
  readonly key: ProcessKey
  readonly revision: string | undefined
  readonly process: ProcessId | undefined
  /** Undefined: it lives, and its `exited` will come as an event. */
  readonly record: ExitRecord | undefined
  /** It runs its own program; where not, `execed` will come as an event. */
  readonly hasExeced: boolean
  /** Epoch milliseconds of the launch. */
  readonly launchedAtMs: number
}

/** What a unit uses now; undefined where this host can't tell. */
export interface Usage {
  readonly memoryBytes: number | undefined
  readonly memoryPeakBytes: number | undefined
  readonly cpuUsec: number | undefined
  /** Processes and their threads. */
  readonly tasks: number | undefined
  /** To and from block devices. */
  readonly ioReadBytes: number | undefined
  readonly ioWriteBytes: number | undefined
}

/** What this host can do, for those who choose (`private_pids = auto`). */
export interface Abilities {
  readonly privatePids: boolean
  /** Start processes as other users. */
  readonly users: boolean
  /** Namespaces and mounts of a service's own (ProtectSystem=, PrivateNetwork=, …). */
  readonly mounts: boolean
  /** Schedulers, secure bits, keyrings: what takes the helper `confine.pl`. */
  readonly confinement: boolean
  /** Filters of system calls (SystemCallFilter=, RestrictNamespaces=, …). */
  readonly systemCallFilters: boolean
  /** Track and kill by cgroup. */
  readonly cgroups: boolean
  /** `cpu`, `memory`, …: limits that are enforced. */
  readonly controllers: readonly string[]
  /** OOMScoreAdjust= goes no lower here (no CAP_SYS_RESOURCE). Absent: as low as is asked. */
  readonly lowestOomScore?: number
}

export interface Executor {
  /** Starts one process. Throws GitprocError `executor/launch` with what failed at which stage; nothing is left behind then. */
  launch(spec: LaunchSpec): Promise<void>
  /** Finds what earlier daemons started. Called once, before `launch`; events begin after it. */
  adopt(): Promise<readonly Adopted[]>
  /** Watches a pid that is no child of a shim's (forking daemons): its `exited` is reported with what can be known. */
  watchForeign(key: ProcessKey, process: ProcessId): void
  /** Sends to one process (checked against its start time) or to every process of the unit. Gone already: no error. */
  signal(unit: string, target: ProcessId | 'all', signal: string): Promise<void>
  /** Writes to the pipe that the invocation's main process reads. Fails with `executor/input` where it does not. */
  send(unit: string, invocationId: string, data: Uint8Array): Promise<void>
  /** Holds every process of the unit where it is, or lets them go on: by its cgroup, or else by SIGSTOP and SIGCONT. */
  freeze(unit: string, isFrozen: boolean): Promise<void>
  /** Every pid of the unit now, the shims not among them. */
  processes(unit: string): Promise<readonly ProcessId[]>
  /** Writes limits of a running unit's cgroup, or of a slice, which is made; gives the files that this host could not take. */
  applyCgroup(unit: string, cgroup: CgroupSpec): Promise<readonly string[]>
  /** Cheaper with what was read `earlier`: that is given back where the unit has not run since. */
  readUsage(unit: string, earlier?: Usage): Usage
  /** Removes what an ended invocation left: its run directory, its empty cgroup. Of a slice: the cgroup, once it is empty. */
  forget(unit: string, invocationId: string): Promise<void>
  subscribe(listener: (event: ProcessEvent) => void): () => void
  /** What this host can't enforce, each in one sentence, for the daemon's first lines and `status`. */
  readonly limitations: readonly string[]
  readonly abilities: Abilities
  /** Stops watching; processes go on. */
  close(): Promise<void>
}
