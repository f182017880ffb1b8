/** What shuts a process in beyond its user and capabilities: namespaces, mounts, schedulers, system calls. Plain data. */

export interface Confinement {
  /** What the process gets as `/`. Absent: the host's. */
  readonly rootDirectory?: string
  /** A namespace for mounts there is whenever there are mounts or a root directory. */
  readonly namespaces: readonly Namespace[]
  /** Namespaces that are there already, each by a file of it; they are not among `namespaces`. */
  readonly joins?: readonly JoinedNamespace[]
  readonly mounts: readonly MountRule[]
  /** How mounts spread between the namespace and the host once all are made. Absent: from the host to it only. */
  readonly propagation?: 'shared' | 'slave' | 'private'
  /** PR_SET_SECUREBITS of prctl(2). */
  readonly secureBits?: number
  readonly keyring?: 'private' | 'shared'
  readonly cpuScheduler?: {
    readonly policy: number
    readonly priority: number
    readonly resetOnFork: boolean
  }
  readonly cpus?: readonly number[]
  readonly ioPriority?: { readonly class: number; readonly level: number }
  readonly timerSlackNs?: number
  readonly systemCalls?: SystemCallRules
}

export type Namespace = 'mount' | 'net' | 'ipc' | 'uts'

export interface JoinedNamespace {
  readonly kind: 'net' | 'ipc'
  readonly path: string
}

/** One wish about the file system that the process sees. Where two concern one path, `mount-plan.ts` decides. */
export type MountRule =
  | {
      readonly kind: 'access'
      readonly path: RulePath
      readonly access: 'inaccessible' | 'read-only' | 'read-write'
    }
  | { readonly kind: 'exec'; readonly path: RulePath; readonly isAllowed: boolean }
  | {
      readonly kind: 'bind'
      readonly path: RulePath
      /** On the host, whatever the root directory is. */
      readonly source: string
      readonly isReadOnly: boolean
      readonly isRecursive: boolean
    }
  | {
      readonly kind: 'tmpfs'
      readonly path: RulePath
      /** Of tmpfs(5): `mode=0755,size=10%`. */
      readonly options: string
      readonly isReadOnly: boolean
      readonly isNoExec: boolean
    }
  | { readonly kind: 'symlink'; readonly path: RulePath; readonly target: string }
  /** A file system of the kernel's, mounted anew. */
  | {
      readonly kind: 'kernel'
      readonly path: RulePath
      readonly type: 'proc' | 'sysfs' | 'mqueue'
      readonly options: string
    }

export interface RulePath {
  /** Absolute. As the host sees it, unless `inRoot`: then as the process does, whose root directory may be another. */
  readonly path: string
  readonly inRoot: boolean
  /** Nothing there: nothing to do. Otherwise the launch fails. */
  readonly isOptional: boolean
  /** Who wants it, for sentences: `ReadOnlyPaths=`. */
  readonly directive: string
}

/** What system calls are denied; made into filters of the kernel's by `seccomp/filters.ts`. */
export interface SystemCallRules {
  /** Names of calls; `name:1` or `name:kill` for an answer of its own. */
  readonly filter?: { readonly isAllowList: boolean; readonly names: readonly string[] }
  /** What a denied call of the filter gets; `kill` ends the process. */
  readonly denial: number | 'kill'
  /** Numbers of address families (address_families(7)). */
  readonly addressFamilies?: { readonly isAllowList: boolean; readonly numbers: readonly number[] }
  /** CLONE_NEW… flags that may not be used. */
  readonly deniedNamespaces: number
  readonly deniesWriteExecute: boolean
  readonly deniesRealtime: boolean
  readonly deniesSetuidFiles: boolean
  readonly locksPersonality: boolean
  /** Calls that protections of other kinds take away, by name, a list for each. */
  readonly deniedCalls: readonly (readonly string[])[]
  /** Only calls of the host's own architecture. */
  readonly isNativeOnly: boolean
}
