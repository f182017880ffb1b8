/** Standing orders on disk: `orders.json`. */
import type { OrderStore } from './journal-ports.ts'
import { JsonDocument } from './json-document.ts'
import type { Orders } from './records.ts'

/** Fails `store/read`: a daemon that forgot them would apply what somebody suspended, or keep what nobody confirmed. */
export const openOrders = (path: string): OrderStore => {
  const document = new JsonDocument<Orders>(path, {
    name: 'orders',
    version: 1,
    empty: { declined: [] },
    isValid: isOrders,
  })
  return { now: () => document.value, change: (change) => document.update(change) }
}

const isOrders = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Array.isArray((value as Partial<Orders>).declined)
