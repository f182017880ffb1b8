/** Tells what happened: a line in the daemon's log, a note in the unit's own, a change to those who listen. */
import type { HealthRecord } from '../lifecycle/health.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { OtherUnit } from './other-unit.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'
import { statusWithoutUsage } from './status-of.ts'
import type { UnitChange } from './supervisor-port.ts'
import { noteOfChange, tellChange } from './tell-change.ts'

export class Announcer {
  readonly #ports: Pick<SupervisorPorts, 'log' | 'logs' | 'clock' | 'executor'>
  /** What was last said of each unit's run in its own log: a run's end passes several states for one reason. */
  readonly #told = new WeakMap<ServiceUnit, { readonly run: string | undefined; readonly reason: string }>()
  readonly #listeners = new Set<(change: UnitChange) => void>()

  constructor(ports: Pick<SupervisorPorts, 'log' | 'logs' | 'clock' | 'executor'>) {
    this.#ports = ports
  }

  subscribe(listener: (change: UnitChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(unit: ServiceUnit, before: ServiceState): void {
    tellChange(unit, before, this.#ports.log)
    this.#note(unit, before)
    this.#publish(unit, unit.state.reason)
  }

  healthChanged(unit: ServiceUnit, before: HealthRecord): void {
    const { state, detail } = unit.health.record ?? before
    this.#ports.log.info('unit changed health', { unit: unit.name, from: before.state, to: state, detail })
    this.#ports.logs.note(unit.name, `${state}: ${detail}`)
    this.#told.delete(unit)
    this.#publish(unit, `${state}: ${detail}`)
  }

  updated(unit: ServiceUnit, why: string, notTaken: readonly string[]): void {
    this.#ports.log.info('unit updated', { unit: unit.name, reason: why, notTaken })
    this.#publish(unit, `updated: ${why}`)
  }

  /** A unit without processes. What a timer does all the time is not worth a line. */
  otherChanged({ name, status }: OtherUnit, from: string): void {
    const { subState: to, reason } = status
    const isRoutine = isPassing(from) && isPassing(to)
    this.#ports.log[isRoutine ? 'debug' : 'info']('unit changed state', { unit: name, from, to, reason })
    this.#tell({ unit: name, status, text: reason, atMs: this.#ports.clock.now() })
  }

  #note(unit: ServiceUnit, before: ServiceState): void {
    const { reason, invocation } = unit.state
    const told = this.#told.get(unit)
    const note = noteOfChange(unit.state, before, told?.run === invocation?.id ? told?.reason : undefined)
    if (note === undefined) return
    this.#told.set(unit, { run: invocation?.id, reason })
    if (note.isCrash) this.#ports.logs.note(unit.name, note.text, 'crash')
    else this.#ports.logs.note(unit.name, note.text)
  }

  #publish(unit: ServiceUnit, text: string): void {
    if (this.#listeners.size === 0) return
    const status = statusWithoutUsage(unit)
    this.#tell({ unit: unit.name, status, text, atMs: this.#ports.clock.now() })
  }

  #tell(change: UnitChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

/** States between which timers, sockets and paths go to and fro. */
const isPassing = (state: string): boolean =>
  state === 'waiting' || state === 'running' || state === 'listening'
