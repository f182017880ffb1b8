/** A supervisor without processes: units come up at once unless told otherwise, and remember what was asked of them. */
import type { Outcome, Supervisor, UnitChange } from '../../src/supervisor/supervisor-port.ts'
import type { ActiveState, UnitStatus } from '../../src/supervisor/unit-status.ts'
import type { LoadedUnit } from '../../src/units/loaded-unit.ts'

interface FakeUnit {
  definition: LoadedUnit
  revision: string
  runsAt: string | undefined
  activeState: ActiveState
  invocationId: string | undefined
}

export class FakeSupervisor implements Supervisor {
  /** `start web.service`, …: every verb, in order. */
  readonly calls: string[] = []
  /** Settings by which a start of a unit fails: `Service.UMask` is 63, say. */
  failsWhen: (unit: LoadedUnit) => boolean = () => false
  /** Whether it is the host that makes starts fail, not the definition. */
  hasHostFault = false
  /** Starts of these units never end by themselves. */
  readonly hanging = new Set<string>()
  readonly #hung = new Map<string, (outcome: Outcome) => void>()
  readonly #units = new Map<string, FakeUnit>()
  readonly #listeners = new Set<(change: UnitChange) => void>()

  define(definition: LoadedUnit, revision: string): void {
    const known = this.#units.get(definition.name)
    if (known) Object.assign(known, { definition, revision })
    else
      this.#units.set(definition.name, {
        definition,
        revision,
        runsAt: undefined,
        activeState: 'inactive',
        invocationId: undefined,
      })
  }

  async adopt(): Promise<void> {}

  undefine(unit: string): void {
    this.#units.delete(unit)
  }

  async start(unit: string): Promise<Outcome> {
    this.calls.push(`start ${unit}`)
    return this.#comeUp(unit)
  }

  async stop(unit: string): Promise<Outcome> {
    this.calls.push(`stop ${unit}`)
    this.#become(unit, 'inactive')
    return { kind: 'done' }
  }

  async restart(unit: string): Promise<Outcome> {
    this.calls.push(`restart ${unit}`)
    return this.#comeUp(unit)
  }

  async reload(unit: string): Promise<Outcome> {
    this.calls.push(`reload ${unit}`)
    return { kind: 'done' }
  }

  async update(unit: string): Promise<Outcome> {
    this.calls.push(`update ${unit}`)
    return { kind: 'done' }
  }

  reset(): void {}

  async kill(): Promise<void> {}

  async send(unit: string, data: Uint8Array): Promise<void> {
    this.calls.push(`send ${unit} ${Buffer.from(data).toString()}`)
  }

  async freeze(unit: string): Promise<Outcome> {
    this.calls.push(`freeze ${unit}`)
    return { kind: 'done' }
  }

  async thaw(unit: string): Promise<Outcome> {
    this.calls.push(`thaw ${unit}`)
    return { kind: 'done' }
  }

  /** A start that hangs comes to its end after all. */
  come(unit: string): void {
    this.#become(unit, 'active')
    this.#hung.get(unit)?.({ kind: 'ready' })
  }

  /** The unit dies for good. */
  fail(unit: string): void {
    this.#become(unit, 'failed')
    this.#hung.get(unit)?.({ kind: 'failed', reason: 'exited 78' })
  }

  /** As after a death of the daemon with everything else alive, or of the host: nothing runs, nothing is known. */
  forgetAll(): void {
    this.#units.clear()
    this.calls.length = 0
  }

  umaskOf(unit: string): number | undefined {
    return this.#units.get(unit)?.definition.service?.UMask
  }

  status(unit: string): UnitStatus | undefined {
    const known = this.#units.get(unit)
    return known && this.#withFault(statusOf(unit, known))
  }

  #withFault(status: UnitStatus): UnitStatus {
    if (!this.hasHostFault || status.activeState !== 'failed') return status
    const exit = { kind: 'unknown', why: 'ENOSPC' } as const
    return { ...status, lastExit: { exit, atMs: 0, failedStep: 'RESOURCES' } }
  }

  measured(unit: string): UnitStatus | undefined {
    return this.status(unit)
  }

  statuses(): readonly UnitStatus[] {
    return [...this.#units].map(([name, unit]) => statusOf(name, unit))
  }

  subscribe(listener: (change: UnitChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #comeUp(unit: string): Promise<Outcome> {
    const known = this.#units.get(unit)!
    known.runsAt = known.revision
    known.invocationId = `${unit}@${this.calls.length}`
    if (this.hanging.has(unit)) {
      this.#become(unit, 'activating')
      return new Promise((resolve) => this.#hung.set(unit, resolve))
    }
    if (this.failsWhen(known.definition)) {
      this.#become(unit, 'failed')
      return { kind: 'failed', reason: 'exited 78' }
    }
    this.#become(unit, 'active')
    return { kind: 'ready' }
  }

  #become(unit: string, activeState: ActiveState): void {
    const known = this.#units.get(unit)
    if (!known) return
    known.activeState = activeState
    for (const listener of this.#listeners)
      listener({ unit, status: statusOf(unit, known), text: activeState, atMs: 0 })
  }
}

const statusOf = (name: string, unit: FakeUnit): UnitStatus => ({
  name,
  description: name,
  activeState: unit.activeState,
  subState: unit.activeState === 'active' ? 'running' : 'dead',
  result: unit.activeState === 'failed' ? 'exit-code' : 'success',
  mainPid: unit.activeState === 'active' ? 1 : undefined,
  invocationId: unit.invocationId,
  sinceMs: 0,
  startedAtMs: 0,
  restarts: 0,
  lastExit: undefined,
  reason: unit.activeState === 'failed' ? 'exited 78' : '',
  nextEventAtMs: undefined,
  health: { state: 'none', detail: '', checkedAtMs: undefined },
  revision: unit.runsAt,
  statusText: undefined,
  user: undefined,
  memoryBytes: undefined,
  memoryPeakBytes: undefined,
  memoryMaxBytes: undefined,
  cpuUsageUsec: undefined,
  tasks: undefined,
  ioReadBytes: undefined,
  ioWriteBytes: undefined,
  notEnforced: [],
})
