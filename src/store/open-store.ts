/** Everything that a daemon keeps, in one state directory that is its own. */
import { join } from 'node:path'
import { type Applied, openApplied } from './applied.ts'
import { type DeliveredStore, openDelivered } from './delivered.ts'
import { type Events, openEvents } from './events.ts'
import { type Generations, openGenerations } from './generations.ts'
import { openHolds } from './holds.ts'
import type { HoldStore, OrderStore, RejectionStore } from './journal-ports.ts'
import { lockStateDirectory } from './lock.ts'
import { openOrders } from './orders.ts'
import { openRejections } from './rejections.ts'
import { openTrust } from './trust.ts'
import type { TrustStore } from './trust-record.ts'
import { openUnitStates, type UnitStateOptions, type UnitStates } from './unit-states.ts'

export interface Store {
  readonly generations: Generations
  readonly holds: HoldStore
  readonly rejections: RejectionStore
  readonly orders: OrderStore
  readonly applied: Applied
  readonly good: Applied
  readonly unitStates: UnitStates
  readonly trust: TrustStore
  readonly events: Events
  readonly delivered: DeliveredStore
  /** Brings everything to the disk and gives the directory free. */
  close(): Promise<void>
}

/** Fails `store/locked`, `store/read`, `store/write`. */
export const openStore = (directory: string, options: UnitStateOptions): Store => {
  const lock = lockStateDirectory(directory)
  try {
    const at = (name: string): string => join(directory, name)
    const generations = openGenerations(at('generations.jsonl'), options.log)
    const applied = openApplied(at('applied.jsonl'), options.log)
    const good = openApplied(at('good.jsonl'), options.log)
    const unitStates = openUnitStates(at('unit-states.jsonl'), options)
    const events = openEvents(at('events.jsonl'), options.log)
    const close = async (): Promise<void> => {
      const closed = await Promise.allSettled(
        [generations, applied, good, unitStates, events].map((each) => each.close()),
      )
      lock.release()
      const failed = closed.find((each) => each.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    }
    return {
      generations,
      holds: openHolds(at('holds.json')),
      rejections: openRejections(at('rejections.json')),
      orders: openOrders(at('orders.json')),
      applied,
      good,
      unitStates,
      trust: openTrust(at('trust.json')),
      events,
      delivered: openDelivered(at('notified.json')),
      close,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}
