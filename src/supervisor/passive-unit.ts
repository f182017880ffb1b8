/** Units without processes: targets and slices are up or not; other kinds are known and not run by this version. */
import type { Cause } from '../base/cause.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { SupervisorPorts } from './ports.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

interface PassiveRecord {
  readonly passive: true
  readonly isActive: boolean
  readonly sinceMs: number
  readonly reason: string
}

export class PassiveUnit {
  readonly #ports: SupervisorPorts
  #definition: LoadedUnit
  #revision: string
  #record: PassiveRecord

  constructor(definition: LoadedUnit, revision: string, ports: SupervisorPorts) {
    this.#ports = ports
    this.#definition = definition
    this.#revision = revision
    this.#record = { passive: true, isActive: false, sinceMs: ports.clock.now(), reason: 'not started yet' }
  }

  get name(): string {
    return this.#definition.name
  }

  get definition(): LoadedUnit {
    return this.#definition
  }

  get isActive(): boolean {
    return this.#record.isActive
  }

  redefine(definition: LoadedUnit, revision: string): void {
    this.#definition = definition
    this.#revision = revision
  }

  restore(value: unknown): void {
    const record = value as Partial<PassiveRecord> | undefined
    if (record?.passive === true && typeof record.isActive === 'boolean')
      this.#record = record as PassiveRecord
  }

  start(cause: Cause): Outcome {
    const { type } = this.#definition
    if (type !== 'target' && type !== 'slice') {
      this.#become(false, `${type} units are not run by this version`)
      return { kind: 'done' }
    }
    this.#become(true, cause.text)
    return { kind: 'ready' }
  }

  stop(cause: Cause): Outcome {
    this.#become(false, cause.text)
    return { kind: 'done' }
  }

  get status(): UnitStatus {
    const { isActive, sinceMs, reason } = this.#record
    const { type, unit } = this.#definition
    return {
      name: this.name,
      description: unit.Description ?? this.name,
      activeState: isActive ? 'active' : 'inactive',
      subState: isActive ? 'active' : 'dead',
      result: 'success',
      mainPid: undefined,
      invocationId: undefined,
      sinceMs,
      startedAtMs: isActive ? sinceMs : undefined,
      restarts: 0,
      lastExit: undefined,
      reason,
      nextEventAtMs: undefined,
      health: { state: 'none', detail: '', checkedAtMs: undefined },
      revision: this.#revision,
      statusText: undefined,
      user: undefined,
      memoryBytes: undefined,
      memoryPeakBytes: undefined,
      memoryMaxBytes: undefined,
      cpuUsageUsec: undefined,
      tasks: undefined,
      ioReadBytes: undefined,
      ioWriteBytes: undefined,
      notEnforced: type === 'target' || type === 'slice' ? [] : [`${type} units are not run by this version`],
    }
  }

  #become(isActive: boolean, reason: string): void {
    const isSame = isActive === this.#record.isActive && reason === this.#record.reason
    if (isSame) return
    const sinceMs = isActive === this.#record.isActive ? this.#record.sinceMs : this.#ports.clock.now()
    this.#record = { passive: true, isActive, sinceMs, reason }
    this.#ports.unitStates.save(this.name, this.#record)
  }
}
