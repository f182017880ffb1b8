/** Units without processes: targets and slices are up or not; other kinds are known and not run by this version. */
import type { Cause } from '../base/cause.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { type OtherSurroundings, type OtherUnit, processlessStatus } from './other-unit.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

interface PassiveRecord {
  readonly passive: true
  readonly isActive: boolean
  readonly sinceMs: number
  readonly reason: string
}

export class PassiveUnit implements OtherUnit {
  readonly #around: OtherSurroundings
  #definition: LoadedUnit
  #revision: string
  #record: PassiveRecord
  /** The same object until something changes: with thousands of groups each plan asks for all of them. */
  #status: UnitStatus | undefined

  constructor(definition: LoadedUnit, revision: string, around: OtherSurroundings) {
    this.#around = around
    this.#definition = definition
    this.#revision = revision
    this.#record = {
      passive: true,
      isActive: false,
      sinceMs: around.ports.clock.now(),
      reason: 'not started yet',
    }
  }

  get name(): string {
    return this.#definition.name
  }

  get definition(): LoadedUnit {
    return this.#definition
  }

  redefine(definition: LoadedUnit, revision: string): void {
    this.#definition = definition
    this.#revision = revision
    this.#status = undefined
  }

  restore(value: unknown): void {
    const record = value as Partial<PassiveRecord> | undefined
    if (record?.passive === true && typeof record.isActive === 'boolean')
      this.#record = record as PassiveRecord
    this.#status = undefined
  }

  start(cause: Cause): Outcome | Promise<Outcome> {
    const { type } = this.#definition
    if (type !== 'target' && type !== 'slice') {
      this.#become(false, `${type} units are not run by this version`)
      return { kind: 'done' }
    }
    this.#become(true, cause.text)
    return { kind: 'ready' }
  }

  stop(cause: Cause): Outcome | Promise<Outcome> {
    this.#become(false, cause.text)
    return { kind: 'done' }
  }

  restart(cause: Cause): Outcome | Promise<Outcome> {
    return this.start(cause)
  }

  refresh(): void {}
  unitChanged(): void {}
  letGo(): void {}

  get status(): UnitStatus {
    this.#status ??= this.#statusNow()
    return this.#status
  }

  #statusNow(): UnitStatus {
    const { isActive, sinceMs, reason } = this.#record
    const { type } = this.#definition
    return processlessStatus(this.#definition, this.#revision, {
      activeState: isActive ? 'active' : 'inactive',
      subState: isActive ? 'active' : 'dead',
      sinceMs,
      reason,
      notEnforced: type === 'target' || type === 'slice' ? [] : [`${type} units are not run by this version`],
    })
  }

  #become(isActive: boolean, reason: string): void {
    const isSame = isActive === this.#record.isActive && reason === this.#record.reason
    if (isSame) return
    const sinceMs = isActive === this.#record.isActive ? this.#record.sinceMs : this.#around.ports.clock.now()
    this.#record = { passive: true, isActive, sinceMs, reason }
    this.#status = undefined
    this.#around.ports.unitStates.save(this.name, this.#record)
  }
}
