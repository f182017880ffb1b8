/** The orders that stand (suspension, pin, confirmation, declined revisions), and who wants to know when they change. */
import type { OrderStore } from '../store/journal-ports.ts'
import type { Orders } from '../store/records.ts'

export class StandingOrders {
  readonly #store: OrderStore
  readonly #listeners = new Set<() => void>()

  constructor(store: OrderStore) {
    this.#store = store
  }

  get now(): Orders {
    return this.#store.now()
  }

  /** Durable, and everybody told, when it resolves. */
  async change(change: (orders: Orders) => Orders): Promise<void> {
    await this.#store.change(change)
    for (const listener of [...this.#listeners]) listener()
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** How many declined revisions are remembered. */
const declinedKept = 100

/** The revision is not applied again by itself; whatever waited for its confirmation has its answer. */
export const decline =
  (sha: string, reason: string, atMs: number) =>
  (orders: Orders): Orders => ({
    ...orders,
    confirmation: orders.confirmation?.sha === sha ? undefined : orders.confirmation,
    declined: [...orders.declined.filter((entry) => entry.sha !== sha), { sha, reason, atMs }].slice(
      -declinedKept,
    ),
  })

/** The way to a pin was cancelled: the pin goes with it, and the one that it replaced is in force again. */
export const unpin =
  (sha: string) =>
  (orders: Orders): Orders =>
    orders.pin?.sha === sha ? { ...orders, pin: orders.pin.replaces } : orders

/** Somebody wants it after all. */
export const reconsider =
  (sha: string) =>
  (orders: Orders): Orders =>
    orders.declined.some((entry) => entry.sha === sha)
      ? { ...orders, declined: orders.declined.filter((entry) => entry.sha !== sha) }
      : orders
