/** One socket unit as it lives: opens its sockets, watches them, starts its service, hands them over to it. */
import type { Cause } from '../base/cause.ts'
import type { ProcessId } from '../base/process-id.ts'
import {
  initialSocketState,
  nextSocket,
  readSocketState,
  type SocketEffect,
  type SocketEvent,
  type SocketState,
  socketActiveStateOf,
} from '../lifecycle/socket.ts'
import type { SocketSettings } from '../units/directives/tables.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import {
  activatedUnitOf,
  isUpStatus,
  type OtherSurroundings,
  type OtherUnit,
  processlessStatus,
  type UpOrDown,
} from './other-unit.ts'
import { ownerOfSocket, socketPolicyOf, whyNotListening } from './socket-settings.ts'
import type { HeldSockets } from './sockets/held-sockets.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

interface SocketRecord {
  readonly socket: SocketState
  readonly bootMark: string
  readonly invocationId: string | undefined
  /** Who holds the sockets, and how many. */
  readonly holder?: ProcessId | undefined
  readonly count?: number | undefined
  readonly accepted?: number | undefined
}

/** How long nobody is listened to when the service can't be started. */
const pauseMs = 1000

export class SocketUnit implements OtherUnit {
  readonly #around: OtherSurroundings
  #definition: LoadedUnit
  #revision: string
  #state: SocketState
  #invocationId: string | undefined
  /** How many connections were taken so far (Accept=yes): their units are numbered by it. */
  #accepted = 0
  #held: HeldSockets | undefined
  /** Open still, while others were to take their place and could not be opened. */
  #parked: { readonly sockets: HeldSockets; readonly openedAs: string } | undefined
  /** The settings that the open sockets were made with. */
  #openedAs = ''
  #unwatch: () => void = () => {}

  constructor(definition: LoadedUnit, revision: string, around: OtherSurroundings) {
    this.#around = around
    this.#definition = definition
    this.#revision = revision
    this.#state = initialSocketState(around.ports.clock.now())
  }

  get name(): UnitName {
    return this.#definition.name
  }

  get definition(): LoadedUnit {
    return this.#definition
  }

  /** What its service gets; nothing while nobody listens. */
  get sockets(): HeldSockets | undefined {
    return this.#held
  }

  get service(): UnitName {
    return activatedUnitOf(this.#definition)
  }

  get status(): UnitStatus {
    const { state, result, sinceMs, reason, lastTriggerMs } = this.#state
    return processlessStatus(this.#definition, this.#revision, {
      activeState: socketActiveStateOf(state),
      subState: state,
      result,
      sinceMs,
      reason: this.#definition.socket?.Accept ? this.#connectionWords(reason) : reason,
      invocationId: this.#invocationId,
      notEnforced: this.#held?.notTaken ?? [],
      trigger: { unit: this.service, lastAtMs: lastTriggerMs },
    })
  }

  redefine(definition: LoadedUnit, revision: string): void {
    this.#definition = definition
    this.#revision = revision
  }

  restore(saved: unknown): void {
    const record = saved as Partial<SocketRecord> | undefined
    const state = readSocketState(record?.socket)
    if (state === undefined || record?.bootMark !== this.#around.ports.settings.bootMark) return
    this.#state = state
    this.#invocationId = record.invocationId
    this.#accepted = record.accepted ?? 0
    if (record.holder !== undefined && socketActiveStateOf(state.state) === 'active')
      this.#takeBack(record.holder, record.count ?? 0)
  }

  async start(cause: Cause): Promise<Outcome> {
    const refusal = whyNotListening(this.#definition, this.#around.status(this.service) !== undefined)
    if (refusal !== undefined) return this.#refuse(refusal)
    this.#invocationId = this.#around.ports.newInvocationId()
    try {
      await this.#open()
    } catch (error) {
      return this.#refuse((error as Error).message)
    }
    this.#feed({ kind: 'opened', isServiceUp: this.#isServiceUp(), reason: cause.text })
    this.#held?.confirm()
    return { kind: 'ready' }
  }

  stop(cause: Cause): Outcome {
    this.#feed({ kind: 'stop', reason: cause.text })
    this.#parked?.sockets.close(this.#definition.socket?.RemoveOnStop ?? false)
    this.#parked = undefined
    return { kind: 'done' }
  }

  /** Sockets that are to be as they were stay open: nobody is refused meanwhile. */
  restart(cause: Cause): Promise<Outcome> {
    return this.start(cause)
  }

  refresh(): void {}

  unitChanged({ unit, activeState }: UpOrDown): void {
    if (unit !== this.service) return
    const isDown = activeState === 'inactive' || activeState === 'failed'
    if (isDown) this.#feed({ kind: 'service-down', isStartLimitHit: this.#hasServiceGivenUp() })
    else this.#feed({ kind: 'service-up' })
  }

  letGo(): void {
    this.#unwatch()
    this.#parked?.sockets.letGo()
    this.#parked = undefined
    this.#held?.letGo()
    this.#held = undefined
  }

  #feed(event: SocketEvent): void {
    const { ports, changed } = this.#around
    const before = this.#state
    const { definition } = this
    const { state, effects } = nextSocket(before, event, {
      policy: socketPolicyOf(definition),
      now: ports.clock.now(),
    })
    this.#state = state
    if (state !== before) this.#save()
    for (const effect of effects) this.#carryOut(effect)
    if (state.state !== before.state) changed(this, before.state)
  }

  #carryOut(effect: SocketEffect): void {
    const { clock } = this.#around.ports
    switch (effect) {
      case 'watch':
        this.#watch()
        break
      case 'watch-later':
        this.#unwatch()
        this.#unwatch = clock.at(clock.now() + pauseMs, () => this.#watch())
        break
      case 'unwatch':
        this.#unwatch()
        break
      case 'accept':
        this.#accept()
        break
      case 'flush':
        this.#held?.flush()
        break
      case 'activate':
        void this.#activate()
        break
      case 'close':
        this.#held?.close(this.#definition.socket?.RemoveOnStop ?? false)
        this.#held = undefined
        this.#save()
        break
    }
  }

  #watch(): void {
    this.#unwatch()
    this.#unwatch = this.#held?.watch(() => this.#feed({ kind: 'came' })) ?? (() => {})
  }

  /** One for each time that it is told of: the limit counts them. */
  #accept(): void {
    const connection = this.#held?.accept()
    if (connection === undefined) return
    this.#accepted += 1
    this.#save()
    this.#around.connections.begin(this.name, this.#definition.socket!, this.#accepted, connection)
  }

  async #activate(): Promise<void> {
    const outcome = await this.#around.activate(this.service, {
      kind: 'timer',
      text: `somebody came to ${this.name}`,
    })
    if (this.#isServiceUp() || this.#state.state !== 'running') return
    if (this.#around.status(this.service)?.activeState === 'deactivating') return
    const why = outcome.kind === 'failed' ? outcome.reason : `${this.service} is down`
    this.#feed({ kind: 'not-started', why, isStartLimitHit: this.#hasServiceGivenUp() })
  }

  async #open(): Promise<void> {
    const settings = this.#definition.socket!
    const wanted = JSON.stringify(settings)
    if (this.#held !== undefined && wanted === this.#openedAs) return
    const owner = await ownerOfSocket(settings, this.#around.ports)
    this.#unwatch()
    if (this.#held !== undefined) this.#park(this.#held, settings)
    this.#held = undefined
    const parked = this.#parked
    this.#held =
      parked?.openedAs === wanted ? parked.sockets : this.#around.ports.sockets.open(settings, owner)
    if (parked?.openedAs !== wanted) parked?.sockets.close(false)
    this.#parked = undefined
    this.#openedAs = wanted
  }

  /** A change that fails is taken back: a service that has the old sockets keeps anybody else from opening them again. */
  #park(sockets: HeldSockets, { Listen }: SocketSettings): void {
    const before = (JSON.parse(this.#openedAs) as SocketSettings).Listen.map(({ address }) => address)
    if (Listen.some(({ address }) => before.includes(address))) sockets.close(false)
    else this.#parked = { sockets, openedAs: this.#openedAs }
  }

  /** From the process that has held them since the daemon before. */
  #takeBack(holder: ProcessId, count: number): void {
    const { ports } = this.#around
    try {
      const settings = this.#definition.socket!
      this.#held = ports.sockets.recover(settings, holder, count)
      this.#openedAs = JSON.stringify(settings)
    } catch (error) {
      const why = `its sockets could not be taken over: ${(error as Error).message}`
      ports.log.warn('sockets were lost', { unit: this.name, error: why })
      this.#feed({ kind: 'not-opened', why })
      return
    }
    if (this.#state.state === 'listening') this.#watch()
    if (this.#isServiceUp()) this.#feed({ kind: 'service-up' })
    else this.#feed({ kind: 'service-down', isStartLimitHit: this.#hasServiceGivenUp() })
  }

  #refuse(why: string): Outcome {
    this.#feed({ kind: 'not-opened', why })
    return { kind: 'failed', reason: why }
  }

  #connectionWords(reason: string): string {
    const count = this.#around.connections.count(this.name)
    const now = count === 1 ? '1 connection' : `${count} connections`
    return count === 0 && this.#accepted === 0 ? reason : `${now}, ${this.#accepted} so far`
  }

  #isServiceUp(): boolean {
    if (this.#definition.socket?.Accept) return false
    return isUpStatus(this.#around.status(this.service))
  }

  #hasServiceGivenUp(): boolean {
    return this.#around.hasGivenUp(this.service)
  }

  #save(): void {
    const { unitStates, settings } = this.#around.ports
    const record: SocketRecord = {
      socket: this.#state,
      bootMark: settings.bootMark,
      invocationId: this.#invocationId,
      holder: this.#held?.holder,
      count: this.#held?.fds.length,
      accepted: this.#accepted,
    }
    unitStates.save(this.name, record)
  }
}
