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
  /** Takes the next connection (Accept=yes), which is the caller's to close; undefined: nobody waits any more. */
  accept(): AcceptedConnection | undefined
  /** NonBlocking= of the service that they are given to. */
  setNonBlocking(isNonBlocking: boolean): void
  /** Drops what waits: FlushPending=. */
  flush(): void
  /** The daemon ends: its own hold on them goes. */
  letGo(): void
  /** Nobody listens any more; with RemoveOnStop= their files go too. */
  close(removesFiles: boolean): void
}

export interface AcceptedConnection {
  readonly fd: number
  readonly local: ConnectionEnd
  readonly remote: ConnectionEnd
}

export type ConnectionEnd =
  | { readonly kind: 'internet'; readonly address: string; readonly port: number }
  /** `path`: empty where it has no name. The other process and its user are known of the remote end. */
  | { readonly kind: 'unix'; readonly path: string; readonly pid?: number; readonly uid?: number }
  | { readonly kind: 'other' }

export interface SocketOwner {
  readonly uid: number
  readonly gid: number
}

export interface SocketHost {
  /** Gives descriptors to a process that only holds them; throws where there can be none. */
  hold(fds: readonly number[]): { readonly holder: ProcessId; readonly confirm: () => void }
  /** Duplicates of what such a process holds. Throws an Error that says why not. */
  takeBack(holder: ProcessId, count: number): readonly number[]
  release(holder: ProcessId): void
  /** Throws an Error that says which address failed and why. */
  open(settings: SocketSettings, owner: SocketOwner): HeldSockets
  /** Those that an earlier daemon opened, out of their holder. Throws an Error that says why not. */
  recover(settings: SocketSettings, holder: ProcessId, count: number): HeldSockets
  close(): void
}
