/** Probes one running service: never two probes at once, nothing armed while the service is not up. */
import type { CancelTimer, Clock } from '../../base/clock.ts'
import { type HealthRecord, initialHealth, nextHealth, nextProbeAtMs } from '../../lifecycle/health.ts'
import type { HealthPolicy } from '../../lifecycle/service-policy.ts'
import type { Prober, ProbeSpec } from './probe.ts'

export interface HealthWatchPorts {
  readonly clock: Clock
  readonly prober: Prober
  readonly random: () => number
  /** A probe has ended. */
  readonly onRecord: (record: HealthRecord, before: HealthRecord) => void
}

export class HealthWatch {
  readonly #ports: HealthWatchPorts
  #record: HealthRecord | undefined
  #cancel: CancelTimer = () => {}
  /** Counts starts and stops: the answer to a probe of an earlier run is nobody's. */
  #epoch = 0

  constructor(ports: HealthWatchPorts) {
    this.#ports = ports
  }

  /** Undefined where nothing is watched. */
  get record(): HealthRecord | undefined {
    return this.#record
  }

  /** `earlier`: the record of a service that was taken over, probed again at a moment of its own within the interval. */
  start(policy: HealthPolicy, spec: () => Promise<ProbeSpec>, earlier?: HealthRecord): void {
    this.stop()
    const now = this.#ports.clock.now()
    this.#record = earlier ?? initialHealth(now)
    const first = earlier === undefined ? now : now + this.#ports.random() * policy.intervalMs
    this.#arm(first, { policy, spec, epoch: this.#epoch })
  }

  stop(): void {
    this.#epoch += 1
    this.#cancel()
    this.#record = undefined
  }

  #arm(atMs: number, watch: Watch): void {
    this.#cancel = this.#ports.clock.at(atMs, () => void this.#probe(watch))
  }

  async #probe(watch: Watch): Promise<void> {
    const result = await watch.spec().then(
      (spec) => this.#ports.prober(spec, watch.policy.timeoutMs),
      (error: Error) => ({ isGood: false, detail: error.message }),
    )
    const before = this.#record
    if (watch.epoch !== this.#epoch || before === undefined) return
    const now = this.#ports.clock.now()
    const record = nextHealth(before, result, watch.policy, now)
    this.#record = record
    this.#arm(nextProbeAtMs(record, watch.policy, now), watch)
    this.#ports.onRecord(record, before)
  }
}

interface Watch {
  readonly policy: HealthPolicy
  readonly spec: () => Promise<ProbeSpec>
  readonly epoch: number
}
