/** One timer as it lives: feeds events to its table, saves the state, arms its next elapse, starts its unit. */
import type { Cause } from '../base/cause.ts'
import type { CancelTimer } from '../base/clock.ts'
import { nextTimer, type TimerEvent, timerActiveStateOf } from '../lifecycle/timer.ts'
import { timerPolicyOf } from '../lifecycle/timer-policy-of.ts'
import {
  initialTimerState,
  readTimerState,
  type TimerPolicy,
  type TimerState,
  timerAfterReboot,
} from '../lifecycle/timer-state.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import {
  activatedUnitOf,
  type OtherSurroundings,
  type OtherUnit,
  processlessStatus,
  type UpOrDown,
} from './other-unit.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

export class TimerUnit implements OtherUnit {
  readonly #around: OtherSurroundings
  #definition: LoadedUnit
  #revision: string
  #policy: TimerPolicy
  #state: TimerState
  #invocationId: string | undefined
  #cancelAlarms: CancelTimer = () => {}
  #endZoneWatch: () => void = () => {}

  constructor(definition: LoadedUnit, revision: string, around: OtherSurroundings) {
    this.#around = around
    this.#definition = definition
    this.#revision = revision
    this.#policy = timerPolicyOf(definition, around.ports.settings.machineId)
    this.#state = initialTimerState(around.ports.clock.now(), around.ports.settings.startedAtMs)
  }

  get name(): UnitName {
    return this.#definition.name
  }

  get definition(): LoadedUnit {
    return this.#definition
  }

  get status(): UnitStatus {
    const { state, sinceMs, reason, next, lastTriggerMs } = this.#state
    const times = [next.wallMs, next.monotonicMs].filter((time) => time !== undefined)
    return processlessStatus(this.#definition, this.#revision, {
      activeState: timerActiveStateOf(state),
      subState: state,
      result: state === 'failed' ? 'resources' : 'success',
      sinceMs,
      reason,
      invocationId: this.#invocationId,
      nextEventAtMs: times.length === 0 ? undefined : Math.min(...times),
      trigger: { unit: this.#target, lastAtMs: lastTriggerMs },
    })
  }

  redefine(definition: LoadedUnit, revision: string): void {
    this.#definition = definition
    this.#revision = revision
    this.#policy = timerPolicyOf(definition, this.#around.ports.settings.machineId)
  }

  restore(saved: unknown): void {
    const { clock, settings } = this.#around.ports
    const record = saved as { timer?: unknown; bootMark?: unknown; invocationId?: string } | undefined
    const state = readTimerState(record?.timer)
    if (state === undefined) return
    if (record?.bootMark !== settings.bootMark) {
      this.#state = timerAfterReboot(state, clock.now(), settings.startedAtMs)
      this.#save()
      return
    }
    this.#state = state
    this.#invocationId = record.invocationId
    this.#watchZone()
    this.#catchUp()
  }

  start(cause: Cause): Outcome {
    if (this.#around.status(this.#target) === undefined) {
      this.#feed({ kind: 'fail', reason: `there is no unit ${this.#target} to start` })
      return { kind: 'failed', reason: this.#state.reason }
    }
    this.#invocationId = this.#around.ports.newInvocationId()
    this.#learnUnit()
    this.#watchZone()
    this.#feed({ kind: 'start', reason: cause.text })
    return { kind: 'ready' }
  }

  stop(cause: Cause): Outcome {
    this.#endZoneWatch()
    this.#feed({ kind: 'stop', reason: cause.text })
    return { kind: 'done' }
  }

  restart(cause: Cause): Outcome {
    this.stop(cause)
    return this.start(cause)
  }

  refresh(): void {
    this.#feed({ kind: 'refresh' })
  }

  unitChanged({ unit, activeState, atMs }: UpOrDown): void {
    if (unit === this.#target) this.#feed({ kind: 'unit-changed', activeState, atMs })
  }

  letGo(): void {
    this.#cancelAlarms()
    this.#endZoneWatch()
  }

  get #target(): UnitName {
    return activatedUnitOf(this.#definition)
  }

  #feed(event: TimerEvent): void {
    const { ports } = this.#around
    const { clock, settings, localTime } = ports
    const before = this.#state
    const { state, effects } = nextTimer(before, event, {
      policy: this.#policy,
      now: clock.now(),
      zones: localTime.zones,
      bootedAtMs: settings.bootedAtMs,
      daemonStartedAtMs: settings.startedAtMs,
      random: ports.random(),
    })
    this.#state = state
    // Saved before its unit is started: a daemon that dies in between starts it no second time.
    if (state !== before) this.#save()
    this.#arm()
    if (state.state !== before.state) this.#around.changed(this, before.state)
    if (effects.includes('activate')) void this.#activate()
  }

  async #activate(): Promise<void> {
    const { clock, settings } = this.#around.ports
    const now = clock.now()
    const environment = {
      TRIGGER_UNIT: this.name,
      TRIGGER_TIMER_REALTIME_USEC: String(Math.round(now * 1000)),
      TRIGGER_TIMER_MONOTONIC_USEC: String(Math.round((now - settings.bootedAtMs) * 1000)),
    }
    const cause: Cause = { kind: 'timer', text: `${this.name} elapsed`, environment }
    const outcome = await this.#around.activate(this.#target, cause)
    const activeState = this.#around.status(this.#target)?.activeState
    const isDown = activeState !== 'active' && activeState !== 'activating' && activeState !== 'reloading'
    if (!isDown || this.#state.state !== 'running' || activeState === 'deactivating') return
    const why = outcome.kind === 'failed' ? outcome.reason : `${this.#target} is ${activeState}`
    this.#feed({ kind: 'not-started', why })
  }

  /** What its unit did while no daemon was there; a start that was decided and not made is made now. */
  #catchUp(): void {
    const unit = this.#around.status(this.#target)
    this.#learnUnit()
    const isUnitUp = unit !== undefined && unit.activeState !== 'inactive' && unit.activeState !== 'failed'
    // One that has never run is down since it is known, which tells nothing.
    const downSinceMs = unit?.invocationId === undefined ? 0 : unit.sinceMs
    const wasStarted = downSinceMs >= (this.#state.lastTriggerMs ?? 0)
    if (this.#state.state !== 'running' || isUnitUp) this.#feed({ kind: 'refresh' })
    else if (wasStarted)
      this.#feed({ kind: 'unit-changed', activeState: 'inactive', atMs: unit?.sinceMs ?? 0 })
    else void this.#activate()
  }

  #learnUnit(): void {
    const unit = this.#around.status(this.#target)
    if (unit?.invocationId === undefined) return
    const isDown = unit.activeState === 'inactive' || unit.activeState === 'failed'
    const unitActiveMs = unit.startedAtMs ?? this.#state.unitActiveMs
    this.#state = {
      ...this.#state,
      ...(unitActiveMs === undefined ? {} : { unitActiveMs }),
      ...(isDown ? { unitInactiveMs: unit.sinceMs } : {}),
    }
  }

  #arm(): void {
    this.#cancelAlarms()
    const { clock, alarm } = this.#around.ports
    const { wallMs, monotonicMs } = this.#state.next
    const ring = () => this.#feed({ kind: 'rang' })
    const cancels = [
      wallMs === undefined ? undefined : alarm.at(wallMs, ring),
      monotonicMs === undefined ? undefined : clock.at(monotonicMs, ring),
    ]
    this.#cancelAlarms = () => {
      for (const cancel of cancels) cancel?.()
    }
  }

  #watchZone(): void {
    this.#endZoneWatch()
    this.#endZoneWatch = this.#around.ports.localTime.subscribe(() => this.#feed({ kind: 'zone-changed' }))
  }

  #save(): void {
    const { unitStates, settings } = this.#around.ports
    const record = { timer: this.#state, bootMark: settings.bootMark, invocationId: this.#invocationId }
    unitStates.save(this.name, record)
  }
}
