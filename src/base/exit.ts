/** How a process ended, exactly as far as it is known. */
export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string; readonly dumpedCore: boolean }
  /** The exit status was lost (host rebooted, shim killed): never guessed. */
  | { readonly kind: 'unknown'; readonly why: string }

/** What the kernel or the launch added to an exit. */
export interface ExitRecord {
  readonly exit: Exit
  /** Epoch milliseconds. */
  readonly atMs: number
  /** Set when the kernel's OOM killer was seen to have taken a process of the unit. */
  readonly oomKilled?: boolean
  /** Set when the process never reached its own program: the step that failed, in systemd's words (`EXEC`, `USER`, `CHDIR`). */
  readonly failedStep?: string
  /** Why that step failed, as the system said it: `can't cd to /srv/none`. */
  readonly failedWhy?: string
  /** Set where `$?` can't tell an exit code from a signal (130, 141). */
  readonly ambiguous?: boolean
}
