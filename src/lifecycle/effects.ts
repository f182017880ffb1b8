/** What the table asks the world to do: carried out by the supervisor in this order, after the state was saved. */
import type { CommandKind } from './service-policy.ts'

export type SignalTarget = 'main' | 'control' | 'main-and-control' | 'all'

export type ServiceEffect =
  /** Answered by `conditions-checked`. */
  | { readonly kind: 'check-conditions' }
  /** Answered by `…-spawned` and `…-exited`, or by `…-exited` alone where nothing could be launched. */
  | {
      readonly kind: 'launch'
      readonly as: 'main' | 'control'
      readonly command: CommandKind
      readonly index: number
      readonly role: string
    }
  /** Each signal to each target, in this order. With target `all`: answered by `empty` when no process is left (now or later). */
  | { readonly kind: 'signal'; readonly signals: readonly string[]; readonly target: SignalTarget }
  /** Hold every process of the unit where it is, or let them go on. */
  | { readonly kind: 'freeze' }
  | { readonly kind: 'thaw' }
  /** Type=forking: read PIDFile= or guess; answered by `main-found`. */
  | { readonly kind: 'find-main' }
  /** Watch a process that no shim of ours started. */
  | { readonly kind: 'watch-main' }
  /** The run is over: remove its process directories, its PID file, and (unless preserved) its runtime directories. */
  | { readonly kind: 'release'; readonly invocationId: string; readonly isRestarting: boolean }
