/** One service as it lives: feeds events to the table, saves the state, arms the one timer, hands the effects on. */
import type { CancelTimer } from '../base/clock.ts'
import type { ServiceEffect } from '../lifecycle/effects.ts'
import type { ServiceEvent } from '../lifecycle/events.ts'
import type { HealthRecord } from '../lifecycle/health.ts'
import { isDown } from '../lifecycle/outcome.ts'
import { policyOf } from '../lifecycle/policy-of.ts'
import { launchesMain, runningAt } from '../lifecycle/process-facts.ts'
import { next } from '../lifecycle/service.ts'
import type { ServicePolicy } from '../lifecycle/service-policy.ts'
import { initialServiceState, type ServiceState } from '../lifecycle/service-state.ts'
import { isOverLimit } from '../lifecycle/start-limit.ts'
import { type ArmedTimer, armedTimer } from '../lifecycle/timers.ts'
import { isUp } from '../lifecycle/transition.ts'
import type { UnitRecord } from '../lifecycle/unit-record.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { HealthWatch } from './health/health-watch.ts'
import type { ProbeSpec } from './health/probe.ts'
import { notEnforced } from './launch/not-enforced.ts'
import type { SupervisorPorts } from './ports.ts'
import { Waiters } from './waiters.ts'

/** What a unit tells the supervisor, and asks of it. */
export interface UnitSurroundings {
  readonly ports: SupervisorPorts
  readonly carryOut: (unit: ServiceUnit, effect: ServiceEffect) => Promise<void>
  readonly probeSpec: (unit: ServiceUnit) => Promise<ProbeSpec>
  readonly changed: (unit: ServiceUnit, before: ServiceState) => void
  readonly healthChanged: (unit: ServiceUnit, before: HealthRecord) => void
}

export class ServiceUnit {
  readonly waiters = new Waiters()
  readonly health: HealthWatch
  readonly #around: UnitSurroundings
  #definition: LoadedUnit
  #policy: ServicePolicy
  #revision: string
  #notEnforced: readonly string[] | undefined
  #state: ServiceState
  #storedFds: UnitRecord['storedFds']
  #timer: ArmedTimer | undefined
  #cancelTimer: CancelTimer = () => {}
  /** Effects of one unit are carried out one after another. */
  #effects: Promise<void> = Promise.resolve()

  constructor(definition: LoadedUnit, revision: string, around: UnitSurroundings) {
    this.#around = around
    this.#definition = definition
    this.#revision = revision
    this.#policy = policyOf(definition, hostOf(around.ports))
    this.#state = initialServiceState(around.ports.clock.now())
    this.health = new HealthWatch({
      clock: around.ports.clock,
      prober: around.ports.prober,
      random: around.ports.random,
      onRecord: (record, before) => this.#onHealth(record, before),
    })
  }

  get name(): string {
    return this.#definition.name
  }

  get definition(): LoadedUnit {
    return this.#definition
  }

  get policy(): ServicePolicy {
    return this.#policy
  }

  /** What the present definition asks for and this host does not enforce. */
  get notEnforced(): readonly string[] {
    this.#notEnforced ??= notEnforced(this.#definition, this.#around.ports.executor.abilities)
    return this.#notEnforced
  }

  /** Of the present definition; what runs may be of an earlier one. */
  get revision(): string {
    return this.#revision
  }

  get state(): ServiceState {
    return this.#state
  }

  get storedFds(): UnitRecord['storedFds'] {
    return this.#storedFds
  }

  storeFds(record: UnitRecord['storedFds']): void {
    this.#storedFds = record
    this.save()
  }

  /** What happens next follows the new definition; what runs is not touched. */
  redefine(definition: LoadedUnit, revision: string): void {
    this.#definition = definition
    this.#revision = revision
    this.#policy = policyOf(definition, hostOf(this.#around.ports))
    this.#notEnforced = undefined
  }

  /** `atMs`: when it happened, where that was before now. */
  feed(event: ServiceEvent, atMs: number = this.#around.ports.clock.now()): void {
    const before = this.#state
    const { state: after, effects } = next(before, event, this.#policy, atMs)
    if (after === before) return
    const state = launchesMain(effects) ? runningAt(after, this.#revision) : after
    this.#state = state
    // Saved before anything is done about it: what was decided is done once, by this daemon or by the next.
    if (event.kind !== 'notified-alive') this.save()
    this.#armTimer()
    this.#watchHealth(before)
    for (const effect of effects) this.#enqueue(effect)
    if (isNews(state, before)) this.#around.changed(this, before)
    this.waiters.settle(state, this.health.record)
  }

  /** Takes over what an earlier daemon left; effects and events follow by `feed` and `enqueue`. */
  restore(record: UnitRecord): void {
    this.#state = record.service
    this.#storedFds = record.storedFds
    this.#armTimer()
    if (this.#isProbed()) this.#startHealth(record.health)
  }

  enqueue(effects: readonly ServiceEffect[]): void {
    for (const effect of effects) this.#enqueue(effect)
  }

  /** Resolves when what was decided so far has been carried out. */
  settled(): Promise<void> {
    return this.#effects
  }

  /** Live settings changed: health is watched as the present definition says. */
  refresh(): void {
    const earlier = this.health.record
    this.health.stop()
    if (this.#isProbed()) this.#startHealth(earlier)
    this.save()
    this.waiters.settle(this.#state, this.health.record)
  }

  save(): void {
    const record: UnitRecord = {
      service: this.#state,
      health: this.health.record,
      bootMark: this.#around.ports.settings.bootMark,
      storedFds: this.#storedFds,
    }
    this.#around.ports.unitStates.save(this.name, record)
  }

  /** The daemon ends, the service goes on. */
  letGo(): void {
    this.#cancelTimer()
    this.health.stop()
  }

  #enqueue(effect: ServiceEffect): void {
    this.#effects = this.#effects.then(() => this.#around.carryOut(this, effect))
  }

  #armTimer(): void {
    const timer = armedTimer(this.#state)
    if (timer?.atMs === this.#timer?.atMs && timer?.event === this.#timer?.event) return
    this.#cancelTimer()
    this.#timer = timer
    this.#cancelTimer =
      timer === undefined ? () => {} : this.#around.ports.clock.at(timer.atMs, () => this.#fire(timer))
  }

  #fire({ event }: ArmedTimer): void {
    this.#timer = undefined
    if (event === 'timed-out') {
      const invocationId = this.#around.ports.newInvocationId()
      this.feed({ kind: event, invocationId, revision: this.#revision })
    } else {
      this.feed({ kind: event })
    }
  }

  #watchHealth(before: ServiceState): void {
    const wasProbed = isProbedState(before)
    const isSameRun = before.invocation?.id === this.#state.invocation?.id
    if (this.#isProbed()) {
      if (!wasProbed || !isSameRun) this.#startHealth()
    } else if (this.health.record !== undefined) {
      this.health.stop()
    }
  }

  #isProbed(): boolean {
    return this.#policy.health !== undefined && isProbedState(this.#state)
  }

  #startHealth(earlier?: HealthRecord): void {
    if (this.#policy.health === undefined) return
    this.health.start(this.#policy.health, () => this.#around.probeSpec(this), earlier)
  }

  #onHealth(record: HealthRecord, before: HealthRecord): void {
    if (record.state !== before.state) {
      this.save()
      this.#around.healthChanged(this, before)
    }
    if (record.state === 'unhealthy') this.#becomeUnhealthy(record, before)
    this.waiters.settle(this.#state, this.health.record)
  }

  /** Said once; again only where nothing was done about it because a deployment was to. */
  #becomeUnhealthy({ detail }: HealthRecord, before: HealthRecord): void {
    const isOnTrial = this.#around.ports.isOnTrial?.(this.name) ?? false
    const mayBeDue = this.#policy.health?.whenUnhealthy === 'rollback' && !isOnTrial
    if (before.state !== 'unhealthy' || mayBeDue) this.feed({ kind: 'unhealthy', detail, isOnTrial })
  }
}

/** Failed, and its start limit lets it not be started again. */
export const hasGivenUp = ({ state, policy }: ServiceUnit, now: number): boolean =>
  state.state === 'failed' && isOverLimit(state.starts, policy.startLimit, now)

/** Health is asked of what is up; a start that is not over has its own ways to fail. */
const isProbedState = (state: ServiceState): boolean =>
  state.isFrozen !== true &&
  (state.state === 'exited' || (isUp(state.state) && state.state !== 'start-post' && !isDown(state)))

const hostOf = ({ notify }: SupervisorPorts) => ({
  notifyProblem: 'reason' in notify ? notify.reason : undefined,
})

const isNews = (state: ServiceState, before: ServiceState): boolean =>
  state.state !== before.state || state.reason !== before.reason || state.statusText !== before.statusText
