/**
 * Keeps units in the state last asked for: verbs and the executor's events in, effects out. What happens next is decided
 * in `lifecycle`; this folder asks, carries out and tells. Imports base, units, lifecycle, executor, logs, store (types).
 * Read service-unit.ts first, then effects.ts.
 */
import type { Cause } from '../base/cause.ts'
import type { ProcessEvent } from '../executor/executor.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import { adoptServices } from './adopt-units.ts'
import { Announcer } from './announcer.ts'
import { Consequences } from './consequences.ts'
import { type DependencyVerbs, startWithDependencies } from './dependency-walk.ts'
import { EffectRunner } from './effects.ts'
import { probeSpecOf } from './health/probe-spec.ts'
import { NamespaceSharing } from './launch/namespace-sharing.ts'
import { Preparer } from './launch/prepare-launch.ts'
import { restoreLimits, tellDrift } from './limit-drift.ts'
import { makeOtherUnit } from './make-other-unit.ts'
import { NotifyRouter } from './notify/notify-router.ts'
import type { OtherSurroundings } from './other-unit.ts'
import { PassedFiles } from './passed-files.ts'
import { PendingStops } from './pending-stops.ts'
import type { SupervisorPorts } from './ports.ts'
import { serviceEventOf, unitOf } from './process-events.ts'
import { hasGivenUp, ServiceUnit, type UnitSurroundings } from './service-unit.ts'
import { ServiceVerbs } from './service-verbs.ts'
import { isOutdated, mayHaveProcesses, statusOf, statusWithoutUsage } from './status-of.ts'
import { reloadWithOthers, restartWithDependents, stopWithDependents } from './stop-walk.ts'
import type { Outcome, Supervisor, UnitChange } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'
import { type Unit, UnitTable } from './unit-table.ts'

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

class TableSupervisor implements RunningSupervisor {
  readonly #ports: SupervisorPorts
  readonly #units = new UnitTable()
  readonly #announcer: Announcer
  readonly #verbs: ServiceVerbs
  readonly #around: UnitSurroundings
  readonly #aroundOthers: OtherSurroundings
  readonly #walk: DependencyVerbs
  readonly #consequences: Consequences
  readonly #passed: PassedFiles
  readonly #pendingStops = new PendingStops(this.#units)
  readonly #router: NotifyRouter
  readonly #unsubscribe: () => void

  constructor(given: SupervisorPorts) {
    this.#passed = new PassedFiles(given, this.#units, {
      define: (definition, revision) => this.define(definition, revision),
      undefine: (name) => this.undefine(name),
      start: (name, cause) => this.start(name, cause),
    })
    const ports = { ...given, logs: this.#passed.connections.sharing(given.logs) }
    this.#ports = ports
    this.#announcer = new Announcer(ports)
    this.#verbs = new ServiceVerbs(ports, this.#announcer)
    const sharing = new NamespaceSharing(ports, () => this.#units.services())
    const preparer = new Preparer(ports, sharing, (unit) => this.#passed.of(unit))
    const effects = new EffectRunner(ports, preparer, sharing)
    this.#around = {
      ports,
      carryOut: (unit, effect) => effects.carryOut(unit, effect),
      probeSpec: (unit) => probeSpecOf(unit, preparer),
      changed: (unit, before) => {
        this.#consequences.changed(unit, before)
        this.#passed.changed(unit)
      },
      healthChanged: (unit, before) => this.#announcer.healthChanged(unit, before),
    }
    this.#aroundOthers = {
      ports,
      status: (name) => this.status(name),
      hasGivenUp: (name) => {
        const unit = this.#units.findService(name)
        return unit !== undefined && hasGivenUp(unit, ports.clock.now())
      },
      connections: this.#passed.connections,
      activate: (name, cause) => this.#consequences.activate(name, cause),
      changed: (unit, from) => this.#announcer.otherChanged(unit, from),
    }
    this.#walk = {
      units: this.#units.definitions,
      isHeld: ports.isHeld,
      isUp: (name) => ['active', 'reloading', 'activating'].includes(this.status(name)?.activeState ?? ''),
      start: (name, cause) => this.#ifThere(name, () => this.#startOne(name, cause)),
      stop: (name, cause) => this.#ifThere(name, () => this.#stopOne(name, cause)),
      willStop: (name, cause) => this.#pendingStops.add(name, cause),
    }
    this.#consequences = new Consequences({
      ports,
      announcer: this.#announcer,
      pendingStops: this.#pendingStops,
      definitions: this.#units.definitions,
      others: () => this.#units.others(),
      isUp: this.#walk.isUp,
      start: (name, cause) => this.start(name, cause),
      stop: (name, cause) => this.stop(name, cause),
    })
    this.#router = new NotifyRouter(ports, () => this.#units.services(), this.#passed.fdStore)
    this.#unsubscribe = ports.executor.subscribe((event) => this.#hear(event))
    if ('listen' in ports.notify) ports.notify.listen((...message) => void this.#router.hear(...message))
  }

  define(definition: LoadedUnit, revision: string): void {
    const known = this.#units.find(definition.name)
    this.#units.definitions.set(definition.name, definition)
    if (known !== undefined) known.redefine(definition, revision)
    else this.#units.add(this.#make(definition, revision))
  }

  async adopt(): Promise<void> {
    const saved = await this.#ports.unitStates.load()
    const adopted = await this.#ports.executor.adopt()
    this.#passed.connections.adopt(saved.keys())
    await adoptServices([...this.#units.services()], saved, adopted, this.#ports)
    this.#router.hearAgain()
    for (const unit of this.#units.services()) this.#verbs.adopted(unit)
    for (const unit of this.#units.others()) unit.restore(saved.get(unit.name))
    this.#passed.adopt()
    await restoreLimits(this.#units.services(), this.#ports)
  }

  undefine(name: UnitName): void {
    this.#units.find(name)?.letGo()
    this.#passed.forget(name)
    this.#units.remove(name)
    this.#verbs.forget(name)
    this.#ports.unitStates.remove(name)
    this.#ports.logs.release(name)
  }

  start(name: UnitName, cause: Cause): Promise<Outcome> {
    this.#units.get(name)
    if (!isPlanned(cause)) return startWithDependencies(name, cause, this.#walk)
    const unit = this.#units.findService(name)
    return unit !== undefined && isOutdated(unit)
      ? this.#restartOne(name, cause)
      : this.#startOne(name, cause)
  }

  stop(name: UnitName, cause: Cause): Promise<Outcome> {
    this.#units.get(name)
    return isPlanned(cause) ? this.#stopOne(name, cause) : stopWithDependents(name, cause, this.#walk)
  }

  restart(name: UnitName, cause: Cause): Promise<Outcome> {
    this.#units.get(name)
    const restart = (other: UnitName, why: Cause) => this.#ifThere(other, () => this.#restartOne(other, why))
    return isPlanned(cause)
      ? restart(name, cause)
      : restartWithDependents(name, cause, { ...this.#walk, restart })
  }

  async reload(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#units.get(name)
    const problem = unit instanceof ServiceUnit ? this.#verbs.reloadProblem(unit) : undefined
    if (problem !== undefined) return { kind: 'failed', reason: problem }
    const reload = (other: UnitName, why: Cause) => this.#reloadOne(other, why)
    return isPlanned(cause) ? reload(name, cause) : reloadWithOthers(name, cause, { ...this.#walk, reload })
  }

  async update(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#units.get(name)
    if (unit instanceof ServiceUnit) return this.#verbs.update(unit, cause, this.#walk.isUp(name))
    unit.refresh()
    return { kind: 'done' }
  }

  reset(name: UnitName): void {
    const unit = this.#units.get(name)
    if (unit instanceof ServiceUnit) unit.feed({ kind: 'reset' })
  }

  async kill(name: UnitName, signal: string, whom: 'main' | 'control' | 'all'): Promise<void> {
    const unit = this.#units.get(name)
    if (unit instanceof ServiceUnit) await this.#verbs.kill(unit, signal, whom)
  }

  async send(name: UnitName, data: Uint8Array): Promise<void> {
    await this.#verbs.send(this.#units.getService(name), data)
  }

  async freeze(name: UnitName, cause: Cause): Promise<Outcome> {
    return this.#verbs.freeze(this.#units.getService(name), cause)
  }

  async thaw(name: UnitName, cause: Cause): Promise<Outcome> {
    return this.#verbs.thaw(this.#units.getService(name), cause)
  }

  status(name: UnitName): UnitStatus | undefined {
    const unit = this.#units.find(name)
    return unit instanceof ServiceUnit ? statusWithoutUsage(unit) : unit?.status
  }

  measured(name: UnitName): UnitStatus | undefined {
    const unit = this.#units.find(name)
    return unit instanceof ServiceUnit ? statusOf(unit, this.#ports) : unit?.status
  }

  statuses(): readonly UnitStatus[] {
    return [...this.#units.names].map((name) => this.measured(name)!)
  }

  subscribe(listener: (change: UnitChange) => void): () => void {
    return this.#announcer.subscribe(listener)
  }

  definition(name: UnitName): LoadedUnit | undefined {
    return this.#units.definitions.get(name)
  }

  *unitsWithProcesses(): Generator<UnitName> {
    for (const unit of this.#units.services()) if (mayHaveProcesses(unit)) yield unit.name
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#units.services()].map((unit) => unit.settled()))
  }

  close(): void {
    this.#unsubscribe()
    this.#passed.close()
    for (const unit of this.#units.all) unit.letGo()
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

  /** Walks take their time: a commit may have removed the unit meanwhile. */
  #ifThere(name: UnitName, verb: () => Promise<Outcome>): Promise<Outcome> {
    return this.#units.find(name) === undefined ? Promise.resolve({ kind: 'superseded' }) : verb()
  }

  async #startOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? this.#verbs.start(unit, cause) : unit.start(cause)
  }

  async #stopOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? this.#verbs.stop(unit, cause) : unit.stop(cause)
  }

  async #restartOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? this.#verbs.restart(unit, cause) : unit.restart(cause)
  }

  async #reloadOne(name: UnitName, cause: Cause): Promise<Outcome> {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? this.#verbs.reload(unit, cause) : { kind: 'done' }
  }

  #hear(event: ProcessEvent): void {
    tellDrift(event, this.#ports)
    const unit = this.#units.findService(unitOf(event))
    if (unit === undefined) return
    const serviceEvent = serviceEventOf(event, unit.state)
    if (serviceEvent !== undefined)
      unit.feed(serviceEvent, event.kind === 'exited' ? event.record.atMs : undefined)
    this.#router.processSeen(event)
  }
}

/** The controller's plan has dependencies in it already: what it does is exactly that list. */
const isPlanned = ({ kind }: Cause): boolean => kind === 'deploy' || kind === 'boot'
