/** A slice: a cgroup with limits of its own, which hold for all units in it together (systemd.slice(5)). */
import type { Cause } from '../base/cause.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { cgroupSpecOf, changedCgroupSpec } from './launch/cgroup-settings.ts'
import { notEnforced } from './launch/not-enforced.ts'
import type { OtherSurroundings } from './other-unit.ts'
import { PassiveUnit } from './passive-unit.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

export class SliceUnit extends PassiveUnit {
  readonly #around: OtherSurroundings
  /** The definition whose limits the cgroup has. */
  #applied: LoadedUnit | undefined

  constructor(definition: LoadedUnit, revision: string, around: OtherSurroundings) {
    super(definition, revision, around)
    this.#around = around
  }

  override restore(saved: unknown): void {
    super.restore(saved)
    if (super.status.activeState === 'active') this.refresh()
  }

  override async start(cause: Cause): Promise<Outcome> {
    await this.#apply()
    return super.start(cause)
  }

  override async stop(cause: Cause): Promise<Outcome> {
    const { executor } = this.#around.ports
    this.#applied = undefined
    await executor.forget(this.name, '')
    return super.stop(cause)
  }

  override restart(cause: Cause): Promise<Outcome> {
    return this.start(cause)
  }

  override refresh(): void {
    const { log } = this.#around.ports
    void this.#apply().catch((error: Error) =>
      log.warn('the limits of a slice could not be written', { unit: this.name, error: error.message }),
    )
  }

  override get status(): UnitStatus {
    const gaps = notEnforced(this.definition, this.#around.ports.executor.abilities)
    return { ...super.status, notEnforced: this.#isTop ? ['the limits of -.slice'] : gaps }
  }

  /** The top belongs to the host, or to whoever delegated it. */
  get #isTop(): boolean {
    return this.name === '-.slice'
  }

  async #apply(): Promise<void> {
    const { executor, hostFacts } = this.#around.ports
    if (this.#isTop) return
    const facts = await hostFacts()
    const spec =
      this.#applied === undefined
        ? cgroupSpecOf(this.definition, facts)
        : changedCgroupSpec(this.definition, this.#applied, facts)
    this.#applied = this.definition
    await executor.applyCgroup(this.name, spec)
  }
}
