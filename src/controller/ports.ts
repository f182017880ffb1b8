/** Everything the controller works with, handed over at construction. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Repository } from '../git/repository-port.ts'
import type { AppliedStore } from '../store/applied-port.ts'
import type { GenerationStore, HoldStore, RejectionStore } from '../store/journal-ports.ts'
import type { Supervisor } from '../supervisor/supervisor-port.ts'
import type { HostFacts } from '../units/host-facts.ts'

export interface ControllerPorts {
  readonly repository: Repository
  readonly supervisor: Supervisor
  readonly generations: GenerationStore
  readonly holds: HoldStore
  readonly rejections: RejectionStore
  /** What is applied now. */
  readonly applied: AppliedStore
  /** What was applied when everything was last known to be good: where an automatic rollback goes. */
  readonly good: AppliedStore
  readonly clock: Clock
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
  /** Absolute path of the watched folder in the work tree. */
  readonly folderPath: string
}
