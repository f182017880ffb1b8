/** Why something happened to a unit: carried from the one who asked down to log lines, history and `why`. */
export type CauseKind =
  | 'deploy' // a commit (or a rollback) asked for it
  | 'operator' // a person did, by a command
  | 'restart' // the unit's own Restart= policy
  | 'health' // its health check
  | 'dependency' // another unit's start, stop or failure
  | 'timer' // a timer, path or socket unit
  | 'boot' // the daemon came up and it was to run
  | 'drift' // it was found different from what was applied

export interface Cause {
  readonly kind: CauseKind
  /** One clause in English: `ExecStart= changed in 4f2c91a`, `stopped by root: noisy`. */
  readonly text: string
  readonly who?: string
  /** SHA of the revision that led to it. */
  readonly revision?: string
  /** Variables that tell the unit's own commands of it: `MONITOR_UNIT`, … (systemd.exec(5)). */
  readonly environment?: Readonly<Record<string, string>>
}
