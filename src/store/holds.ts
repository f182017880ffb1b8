/** Holds on disk: `holds.json`. */

import type { HoldStore } from './journal-ports.ts'
import { JsonDocument } from './json-document.ts'
import type { Hold } from './records.ts'

/** Fails `store/read`: a daemon that forgot its holds would start what somebody stopped. */
export const openHolds = (path: string): HoldStore => {
  const document = new JsonDocument<readonly Hold[]>(path, {
    name: 'holds',
    version: 1,
    empty: [],
    isValid: Array.isArray,
  })
  return {
    all: () => document.value,
    get: (unit) => document.value.find((hold) => hold.unit === unit),
    set: (hold) => document.update((holds) => [...holds.filter((other) => other.unit !== hold.unit), hold]),
    remove: (unit) =>
      document.update((holds) =>
        holds.some((hold) => hold.unit === unit) ? holds.filter((hold) => hold.unit !== unit) : holds,
      ),
  }
}
