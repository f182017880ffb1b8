/** Everything the controller works with, handed over at construction. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Repository } from '../git/repository-port.ts'
import type { PruneLimit } from '../plan/prune.ts'
import type { SyncWindow } from '../plan/sync-windows.ts'
import type { AppliedStore } from '../store/applied-port.ts'
import type { EventJournal } from '../store/event-record.ts'
import type { GenerationStore, HoldStore, OrderStore, RejectionStore } from '../store/journal-ports.ts'
import type { TrustStore } from '../store/trust-record.ts'
import type { LocalTime } from '../supervisor/local-time.ts'
import type { Supervisor } from '../supervisor/supervisor-port.ts'
import type { WallAlarm } from '../supervisor/wall-alarm.ts'
import type { HostFacts } from '../units/host-facts.ts'
import type { Announcer } from './notify/notifier.ts'
import type { TrustPolicy } from './source-trust.ts'

export interface ControllerPorts {
  /** What happened, and who is told of it wherever they are. */
  readonly events: { readonly journal: EventJournal; readonly notifier: Announcer }
  /** What was believed of the branch, and what is demanded of it. */
  readonly trust: { readonly store: TrustStore; readonly policy: TrustPolicy }
  readonly repository: Repository
  readonly supervisor: Supervisor
  readonly generations: GenerationStore
  readonly holds: HoldStore
  readonly rejections: RejectionStore
  readonly orders: OrderStore
  /** What is applied now. */
  readonly applied: AppliedStore
  /** What was applied when everything was last known to be good: where an automatic rollback goes. */
  readonly good: AppliedStore
  readonly clock: Clock
  /** For what ends at a time of the clock on the wall: holds, suspensions, confirmations, sync windows. */
  readonly alarm: Pick<WallAlarm, 'at'>
  readonly localTime: Pick<LocalTime, 'zones'>
  readonly log: Log
  /** Asked anew for each pass: accounts come and go. */
  readonly hostFacts: () => Promise<HostFacts>
  readonly policy: Policy
}

export interface Policy {
  /** How long a moved unit must not fail after it is ready, milliseconds. */
  readonly settleMs: number
  /** How long a deployment may take to become good, milliseconds. */
  readonly deadlineMs: number
  readonly rollbackOnFailure: 'commit' | 'unit' | 'no'
  readonly isStrict: boolean
  /** How many units a commit may remove unasked. */
  readonly pruneLimit: PruneLimit
  /** When commits may be applied by themselves; none: always. */
  readonly syncWindows: readonly SyncWindow[]
  /** Absolute path of the watched folder in the work tree. */
  readonly folderPath: string
}
