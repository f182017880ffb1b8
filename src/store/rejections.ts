/** The rejected set on disk: `rejections.json`. */

import type { RejectionStore } from './journal-ports.ts'
import { JsonDocument } from './json-document.ts'
import type { Rejection } from './records.ts'

/** Fails `store/read`: a daemon that forgot them would apply at once what has just failed. */
export const openRejections = (path: string): RejectionStore => {
  const document = new JsonDocument<readonly Rejection[]>(path, {
    name: 'rejections',
    version: 1,
    empty: [],
    isValid: Array.isArray,
  })
  return {
    all: () => document.value,
    add: (added) =>
      document.update((present) =>
        added.length === 0
          ? present
          : [...present.filter((old) => !added.some((each) => isSame(each, old))), ...added],
      ),
    remove: (units) => {
      const gone = new Set(units)
      return document.update((present) =>
        present.some((each) => gone.has(each.unit))
          ? present.filter((each) => !gone.has(each.unit))
          : present,
      )
    },
  }
}

const isSame = (left: Rejection, right: Rejection): boolean =>
  left.unit === right.unit && left.hash === right.hash
