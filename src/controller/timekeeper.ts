/** What ends by itself at a time of the clock on the wall: holds, a suspension, a confirmation, the wait for a window. */
import type { CancelTimer } from '../base/clock.ts'
import type { Hold, Orders } from '../store/records.ts'
import { hasEnded } from './gate.ts'
import type { World } from './world.ts'

export interface Endings {
  readonly holds: readonly Hold[]
  readonly isSuspensionOver: boolean
  /** Nobody said yes in time. */
  readonly isConfirmationOverdue: boolean
}

/** What has ended by now. */
export const endedBy = (
  holds: readonly Hold[],
  { suspension, confirmation }: Orders,
  nowMs: number,
): Endings => ({
  holds: holds.filter((hold) => hasEnded(hold, nowMs)),
  isSuspensionOver: suspension !== undefined && hasEnded(suspension, nowMs),
  isConfirmationOverdue: confirmation !== undefined && confirmation.dueAtMs <= nowMs,
})

/** Epoch ms at which the next of them ends; undefined: none does by itself. */
export const nextEnding = (
  holds: readonly Hold[],
  { suspension, confirmation }: Orders,
  opensAtMs: number | undefined,
): number | undefined => {
  const times = [
    ...holds.map(({ untilMs }) => untilMs),
    suspension?.untilMs,
    confirmation?.dueAtMs,
    opensAtMs,
  ]
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

const stillStanding = (orders: Orders, ended: Endings): Orders => ({
  declined: [],
  suspension: ended.isSuspensionOver ? undefined : orders.suspension,
  confirmation: ended.isConfirmationOverdue ? undefined : orders.confirmation,
})

export interface Listeners {
  /** Something may be applied now that had to wait. */
  readonly mayGoOn: (why: string) => void
  readonly told: (text: string) => void
}

export class Timekeeper {
  readonly #world: World
  readonly #listeners: Listeners
  #cancelAlarm: CancelTimer = () => {}
  #opensAtMs: number | undefined
  /** Holds that are being ended just now. */
  readonly #ending = new Set<string>()
  #isClosed = false

  constructor(world: World, listeners: Listeners) {
    this.#world = world
    this.#listeners = listeners
  }

  /** Ends what is over, and waits for what is next. To be called whenever holds or orders change. */
  look(): void {
    this.#cancelAlarm()
    if (this.#isClosed) return
    const { holds, orders, clock, alarm } = this.#world
    const nowMs = clock.now()
    const ended = endedBy(holds.all(), orders.now, nowMs)
    for (const hold of ended.holds) this.#endOnce(hold)
    if (ended.isSuspensionOver) this.#endSuspension().catch((error: Error) => this.#failed(error))
    if (this.#opensAtMs !== undefined && this.#opensAtMs <= nowMs) this.#openWindow()
    if (ended.isConfirmationOverdue) this.#listeners.mayGoOn('confirmation overdue')
    const rest = holds.all().filter((hold) => !ended.holds.includes(hold))
    const next = nextEnding(rest, stillStanding(orders.now, ended), this.#opensAtMs)
    if (next !== undefined) this.#cancelAlarm = alarm.at(next, () => this.look())
  }

  /** A commit waits for a sync window; undefined: none does. */
  awaitWindow(opensAtMs: number | undefined): void {
    this.#opensAtMs = opensAtMs
    this.look()
  }

  close(): void {
    this.#isClosed = true
    this.#cancelAlarm()
  }

  #endOnce(hold: Hold): void {
    if (this.#ending.has(hold.unit)) return
    this.#ending.add(hold.unit)
    this.#endHold(hold)
      .catch((error: Error) => this.#failed(error))
      .finally(() => this.#ending.delete(hold.unit))
  }

  /** It comes up first: a daemon that dies in between finds the hold, and ends it once more. */
  async #endHold({ unit, who, startsAgain, untilMs }: Hold): Promise<void> {
    const { holds, supervisor } = this.#world
    const isKnown = supervisor.status(unit) !== undefined
    if (startsAgain && isKnown) void this.#start(unit, `the hold by ${who} ended`)
    if (holds.get(unit)?.untilMs !== untilMs) return
    await holds.remove(unit)
    this.#listeners.told(`the hold of ${unit} by ${who} ended by itself`)
  }

  async #start(unit: string, text: string): Promise<void> {
    const outcome = await this.#world.supervisor.start(unit, { kind: 'operator', text })
    if (outcome.kind === 'failed') this.#failed(new Error(`${unit}: ${outcome.reason}`))
  }

  async #endSuspension(): Promise<void> {
    const { orders } = this.#world
    const { suspension } = orders.now
    if (suspension === undefined) return
    await orders.change((now) => (now.suspension === suspension ? { ...now, suspension: undefined } : now))
    this.#listeners.told(`the suspension by ${suspension.who} ended by itself`)
    this.#listeners.mayGoOn('suspension ended')
  }

  #openWindow(): void {
    this.#opensAtMs = undefined
    this.#listeners.mayGoOn('sync window opened')
  }

  #failed(error: Error): void {
    this.#world.log.error('what was to end by itself did not', { error: error.message })
  }
}
