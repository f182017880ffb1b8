/** How far each target of notifications has come, on disk: `notified.json`. */
import { JsonDocument } from './json-document.ts'

export type Delivered = Readonly<Record<string, number>>

export interface DeliveredStore {
  now(): Delivered
  change(change: (delivered: Delivered) => Delivered): Promise<void>
}

/** Fails `store/read`. */
export const openDelivered = (path: string): DeliveredStore => {
  const document = new JsonDocument<Delivered>(path, {
    name: 'notified',
    version: 1,
    empty: {},
    isValid: (value) => typeof value === 'object' && value !== null,
  })
  return { now: () => document.value, change: (change) => document.update(change) }
}
