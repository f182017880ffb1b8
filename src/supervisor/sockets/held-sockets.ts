/** The port to sockets that are listened on, whoever serves them: what a socket unit needs of the host. */
import type { ProcessId } from '../../base/process-id.ts'
import type { SocketSettings } from '../../units/directives/tables.ts'

/** Open in this daemon, and in a process that only holds them, so that they outlive the daemon and every service. */
export interface HeldSockets {
  /** In the order of `Listen…=`. */
  readonly fds: readonly number[]
  readonly holder: ProcessId
  /** Options that the host did not take, each in one sentence. */
  readonly notTaken: readonly string[]
  /** The record of them is safe: from now on they outlive the daemon. */
  confirm(): void
  /** Calls back once, when somebody has come; at once if somebody waits already. */
  watch(callback: () => void): () => void
  /** NonBlocking= of the service that they are given to. */
  setNonBlocking(isNonBlocking: boolean): void
  /** Drops what waits: FlushPending=. */
  flush(): void
  /** The daemon ends: its own hold on them goes. */
  letGo(): void
  /** Nobody listens any more; with RemoveOnStop= their files go too. */
  close(removesFiles: boolean): void
}

export interface SocketOwner {
  readonly uid: number
  readonly gid: number
}

export interface SocketHost {
  /** Throws an Error that says which address failed and why. */
  open(settings: SocketSettings, owner: SocketOwner): HeldSockets
  /** Those that an earlier daemon opened, out of their holder. Throws an Error that says why not. */
  recover(settings: SocketSettings, holder: ProcessId, count: number): HeldSockets
  close(): void
}
