/** What is known of a unit at this moment: the supervisor's answer to `status`, and part of the api's contract. */
import type { Cause } from '../base/cause.ts'
import type { ExitRecord } from '../base/exit.ts'
import type { ActiveState } from '../lifecycle/active-state.ts'
import type { HealthState } from '../lifecycle/health.ts'

export type { ActiveState, HealthState }

export interface UnitStatus {
  readonly name: string
  readonly description: string
  readonly activeState: ActiveState
  /** systemd's SubState: `running`, `auto-restart`, … */
  readonly subState: string
  /** systemd's Result: `success`, `exit-code`, `signal`, `timeout`, `start-limit-hit`, … */
  readonly result: string
  /** systemd's AssertResult: false where an Assert…= made the last start fail. Absent: there was none. */
  readonly assertResult?: boolean
  /** Present while it is stopped to be started again at once. */
  readonly isRestarting?: true
  /** Present while somebody holds its processes where they are (`gitproc freeze`). */
  readonly isFrozen?: true
  /** Its start limit ended it: it is not started again by itself. Absent: false. `result` says what it failed with. */
  readonly hasGivenUp?: boolean
  /** It was told to stop, by `cause`, and did not end by itself. Absent: false. */
  readonly isStopRequested?: boolean
  readonly mainPid: number | undefined
  readonly invocationId: string | undefined
  /** Epoch ms since which the present sub-state holds. */
  readonly sinceMs: number
  /** Epoch ms when the main process last started. */
  readonly startedAtMs: number | undefined
  /** Restarts by the unit's own policy since it was last started on purpose. */
  readonly restarts: number
  readonly lastExit: ExitRecord | undefined
  /** Who asked for its last start or stop, and why; absent: nobody has yet. */
  readonly cause?: Cause
  /** In English: why it is in this state, and what comes next (`next start in 5 s`, `gave up: 5 starts in 10 s`). */
  readonly reason: string
  readonly nextEventAtMs: number | undefined
  /** Of timers, sockets and paths: what they start, and when they last did. */
  readonly trigger?: { readonly unit: string; readonly lastAtMs: number | undefined }
  readonly health: {
    readonly state: HealthState
    readonly detail: string
    readonly checkedAtMs: number | undefined
    /** Present where a deployment that moved the unit takes it back as soon as it is unhealthy. */
    readonly isGate?: true
  }
  /** SHA of the commit whose definition it runs at. */
  readonly revision: string | undefined
  /** STATUS= of sd_notify. */
  readonly statusText: string | undefined
  readonly user: string | undefined
  readonly memoryBytes: number | undefined
  /** Since it was started, as the kernel counts it; undefined where it does not. */
  readonly memoryPeakBytes: number | undefined
  readonly memoryMaxBytes: number | undefined
  readonly cpuUsageUsec: number | undefined
  readonly tasks: number | undefined
  /** To and from block devices. */
  readonly ioReadBytes: number | undefined
  readonly ioWriteBytes: number | undefined
  /** Directives of the unit that this host does not enforce, with the reason. */
  readonly notEnforced: readonly string[]
}
