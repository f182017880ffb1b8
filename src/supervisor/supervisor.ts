/**
 * Keeps units in the state last asked for: verbs and the executor's events in, effects out. What happens next is decided
 * in `lifecycle`; this folder asks, carries out and tells. Imports base, units, lifecycle, executor, logs, store (types).
 * Read service-unit.ts first, then effects.ts.
 */
import type { Cause } from '../base/cause.ts'
import { GitprocError } from '../base/error.ts'
import type { ProcessEvent } from '../executor/executor.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import { adoptServices } from './adopt-units.ts'
import { Announcer } from './announcer.ts'
import { Consequences } from './consequences.ts'
import { type DependencyVerbs, startWithDependencies } from './dependency-walk.ts'
import { EffectRunner } from './effects.ts'
import { restoreLimits, tellDrift } from './limit-drift.ts'
import { socketsFor } from './listen-fds.ts'
import { makeOtherUnit } from './make-other-unit.ts'
import { NotifyRouter } from './notify-router.ts'
import type { OtherSurroundings, OtherUnit } from './other-unit.ts'
import { PendingStops } from './pending-stops.ts'
import type { SupervisorPorts } from './ports.ts'
import { Preparer } from './prepare-launch.ts'
import { probeSpecOf } from './probe-spec.ts'
import { serviceEventOf, unitOf } from './process-events.ts'
import { hasGivenUp, ServiceUnit, type UnitSurroundings } from './service-unit.ts'
import { ServiceVerbs } from './service-verbs.ts'
import { mayHaveProcesses, statusOf, statusWithoutUsage } from './status-of.ts'
import { reloadWithOthers, restartWithDependents, stopWithDependents } from './stop-walk.ts'
import type { Outcome, Supervisor, UnitChange } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

export interface RunningSupervisor extends Supervisor {
  /** Resolves when all that was decided so far has been carried out: processes forgotten, directories removed. */
  settled(): Promise<void>
  /** Units that may have processes now: by their states, nothing of the host is read. */
  unitsWithProcesses(): Iterable<UnitName>
  /** The present definition; what runs may be of an earlier one. */
  definition(unit: UnitName): LoadedUnit | undefined
  /** Stops listening and arming timers; services go on. */
  close(): void
}

export const createSupervisor = (ports: SupervisorPorts): RunningSupervisor => new TableSupervisor(ports)

type Unit = ServiceUnit | OtherUnit

class TableSupervisor implements RunningSupervisor {
  readonly #ports: SupervisorPorts
  readonly #units = new Map<UnitName, Unit>()
  readonly #definitions = new Map<UnitName, LoadedUnit>()
  readonly #announcer: Announcer
  readonly #verbs: ServiceVerbs
  readonly #around: UnitSurroundings
  readonly #aroundOthers: OtherSurroundings
  readonly #walk: DependencyVerbs
  readonly #consequences: Consequences
  readonly #pendingStops = new PendingStops(this.#units)
  readonly #router: NotifyRouter
  readonly #unsubscribe: () => void

  constructor(ports: SupervisorPorts) {
    this.#ports = ports
    this.#announcer = new Announcer(ports)
    this.#verbs = new ServiceVerbs(ports, this.#announcer)
    const preparer = new Preparer(ports, (name, nonBlocking) => socketsFor(name, nonBlocking, this.#others()))
    const effects = new EffectRunner(ports, preparer)
    this.#around = {
      ports,
      carryOut: (unit, effect) => effects.carryOut(unit, effect),
      probeSpec: (unit) => probeSpecOf(unit, preparer),
      changed: (unit, before) => this.#consequences.changed(unit, before),
      healthChanged: (unit, before) => this.#announcer.healthChanged(unit, before),
    }
    this.#aroundOthers = {
      ports,
      status: (name) => this.status(name),
      hasGivenUp: (name) => {
        const unit = this.#units.get(name)
        return unit instanceof ServiceUnit && hasGivenUp(unit, ports.clock.now())
      },
      activate: (name, cause) => this.#consequences.activate(name, cause),
      changed: (unit, from) => this.#announcer.otherChanged(unit, from),
    }
    this.#walk = {
      units: this.#definitions,
      isHeld: ports.isHeld,
      isUp: (name) => ['active', 'reloading', 'activating'].includes(this.status(name)?.activeState ?? ''),
      start: (name, cause) => this.#startOne(name, cause),
      stop: (name, cause) => this.#stopOne(name, cause),
      willStop: (name, cause) => this.#pendingStops.add(name, cause),
    }
    this.#consequences = new Consequences({
      ports,
      announcer: this.#announcer,
      pendingStops: this.#pendingStops,
      definitions: this.#definitions,
      others: () => this.#others(),
      isUp: this.#walk.isUp,
      start: (name, cause) => this.start(name, cause),
      stop: (name, cause) => this.stop(name, cause),
    })
    this.#router = new NotifyRouter(ports, () => this.#services())
    this.#unsubscribe = ports.executor.subscribe((event) => this.#hear(event))
    if ('listen' in ports.notify) ports.notify.listen((text, sender) => void this.#router.hear(text, sender))
  }

  define(definition: LoadedUnit, revision: string): void {
    const known = this.#units.get(definition.name)
    this.#definitions.set(definition.name, definition)
    if (known !== undefined) known.redefine(definition, revision)
    else this.#units.set(definition.name, this.#make(definition, revision))
  }

  async adopt(): Promise<void> {
    const saved = await this.#ports.unitStates.load()
    const adopted = await this.#ports.executor.adopt()
    await adoptServices([...this.#services()], saved, adopted, this.#ports)
    for (const unit of this.#services()) this.#verbs.adopted(unit)
    for (const unit of this.#others()) unit.restore(saved.get(unit.name))
    await restoreLimits(this.#services(), this.#ports)
  }

  undefine(name: UnitName): void {
    const unit = this.#units.get(name)
    unit?.letGo()
    this.#units.delete(name)
    this.#definitions.delete(name)
    this.#verbs.forget(name)
    this.#ports.unitStates.remove(name)
    this.#ports.logs.release(name)
  }

  start(name: UnitName, cause: Cause): Promise<Outcome> {
    this.#get(name)
    if (!isPlanned(cause)) return startWithDependencies(name, cause, this.#walk)
    return this.#isOutdated(name) ? this.#restartOne(name, cause) : this.#startOne(name, cause)
  }

  /** When the plan was made it was down; its own Restart= has brought it up meanwhile, from an earlier definition. */
  #isOutdated(name: UnitName): boolean {
    const unit = this.#units.get(name)
    return (
      unit instanceof ServiceUnit &&
      mayHaveProcesses(unit) &&
      unit.state.invocation?.revision !== unit.revision
    )
  }

  stop(name: UnitName, cause: Cause): Promise<Outcome> {
    this.#get(name)
    return isPlanned(cause) ? this.#stopOne(name, cause) : stopWithDependents(name, cause, this.#walk)
  }

  restart(name: UnitName, cause: Cause): Promise<Outcome> {
    this.#get(name)
    const restart = (other: UnitName, why: Cause) => this.#restartOne(other, why)
    return isPlanned(cause)
      ? restart(name, cause)
      : restartWithDependents(name, cause, { ...this.#walk, restart })
  }

  async reload(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#get(name)
    const problem = unit instanceof ServiceUnit ? this.#verbs.reloadProblem(unit) : undefined
    if (problem !== undefined) return { kind: 'failed', reason: problem }
    const reload = (other: UnitName, why: Cause) => this.#reloadOne(other, why)
    return isPlanned(cause) ? reload(name, cause) : reloadWithOthers(name, cause, { ...this.#walk, reload })
  }

  async update(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#get(name)
    if (unit instanceof ServiceUnit) return this.#verbs.update(unit, cause, this.#walk.isUp(name))
    unit.refresh()
    return { kind: 'done' }
  }

  reset(name: UnitName): void {
    const unit = this.#get(name)
    if (unit instanceof ServiceUnit) unit.feed({ kind: 'reset' })
  }

  async kill(name: UnitName, signal: string, whom: 'main' | 'control' | 'all'): Promise<void> {
    const unit = this.#get(name)
    if (unit instanceof ServiceUnit) await this.#verbs.kill(unit, signal, whom)
  }

  async send(name: UnitName, data: Uint8Array): Promise<void> {
    await this.#verbs.send(this.#service(name), data)
  }

  async freeze(name: UnitName, cause: Cause): Promise<Outcome> {
    return this.#verbs.freeze(this.#service(name), cause)
  }

  async thaw(name: UnitName, cause: Cause): Promise<Outcome> {
    return this.#verbs.thaw(this.#service(name), cause)
  }

  status(name: UnitName): UnitStatus | undefined {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? statusWithoutUsage(unit) : unit?.status
  }

  measured(name: UnitName): UnitStatus | undefined {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? statusOf(unit, this.#ports) : unit?.status
  }

  statuses(): readonly UnitStatus[] {
    return [...this.#units.keys()].map((name) => this.measured(name)!)
  }

  subscribe(listener: (change: UnitChange) => void): () => void {
    return this.#announcer.subscribe(listener)
  }

  definition(name: UnitName): LoadedUnit | undefined {
    return this.#definitions.get(name)
  }

  *unitsWithProcesses(): Generator<UnitName> {
    for (const unit of this.#services()) if (mayHaveProcesses(unit)) yield unit.name
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#services()].map((unit) => unit.settled()))
  }

  close(): void {
    this.#unsubscribe()
    for (const unit of this.#units.values()) unit.letGo()
    this.#ports.alarm.close()
    this.#ports.sockets.close()
    this.#ports.paths.close()
    if ('close' in this.#ports.notify) this.#ports.notify.close()
  }

  #make(definition: LoadedUnit, revision: string): Unit {
    return definition.service === undefined
      ? makeOtherUnit(definition, revision, this.#aroundOthers)
      : new ServiceUnit(definition, revision, this.#around)
  }

  *#services(): Generator<ServiceUnit> {
    for (const unit of this.#units.values()) if (unit instanceof ServiceUnit) yield unit
  }

  *#others(): Generator<OtherUnit> {
    for (const unit of this.#units.values()) if (!(unit instanceof ServiceUnit)) yield unit
  }

  #get(name: UnitName): Unit {
    const unit = this.#units.get(name)
    if (unit === undefined) throw new GitprocError('units/unknown', `no unit is called ${name}`)
    return unit
  }

  #service(name: UnitName): ServiceUnit {
    const unit = this.#get(name)
    if (unit instanceof ServiceUnit) return unit
    throw new GitprocError('units/unknown', `${name} has no processes: it is no service`)
  }

  async #startOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#get(name)
    return unit instanceof ServiceUnit ? this.#verbs.start(unit, cause) : unit.start(cause)
  }

  async #stopOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#get(name)
    return unit instanceof ServiceUnit ? this.#verbs.stop(unit, cause) : unit.stop(cause)
  }

  async #restartOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#get(name)
    return unit instanceof ServiceUnit ? this.#verbs.restart(unit, cause) : unit.restart(cause)
  }

  async #reloadOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#get(name)
    return unit instanceof ServiceUnit ? this.#verbs.reload(unit, cause) : { kind: 'done' }
  }

  #hear(event: ProcessEvent): void {
    tellDrift(event, this.#ports)
    const unit = this.#units.get(unitOf(event))
    if (!(unit instanceof ServiceUnit)) return
    const serviceEvent = serviceEventOf(event, unit.state)
    if (serviceEvent !== undefined)
      unit.feed(serviceEvent, event.kind === 'exited' ? event.record.atMs : undefined)
    this.#router.processSeen(event)
  }
}

/** The controller's plan has dependencies in it already: what it does is exactly that list. */
const isPlanned = ({ kind }: Cause): boolean => kind === 'deploy' || kind === 'boot'
