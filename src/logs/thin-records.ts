/** Keeps an index bounded: of older growth, every second record goes; what it said is said less exactly by its successor. */
import type { GrowthRecord, IndexRecord } from './index-record.ts'

/** How many of the newest records stay as they are. */
const keepExact = 4096

/** More marks and notes than this, and the oldest of them go, too: a service that restarts for ever must not fill a disk. */
const keepEvents = 8192

/** Pure. The intervals stay true: two neighbours become one that spans both. */
export const thinRecords = (records: readonly IndexRecord[], exact = keepExact): readonly IndexRecord[] => {
  const border = Math.max(0, records.length - exact)
  const older = dropOldestEvents(records.slice(0, border))
  return [...joinPairs(older), ...records.slice(border)]
}

const joinPairs = (records: readonly IndexRecord[]): readonly IndexRecord[] => {
  const thinned: IndexRecord[] = []
  let held: GrowthRecord | undefined
  for (const record of records) {
    if (record.kind !== 'growth') {
      if (held !== undefined) thinned.push(held)
      held = undefined
      thinned.push(record)
    } else if (held === undefined) {
      held = record
    } else {
      thinned.push({ ...record, afterMs: Math.min(held.afterMs, record.afterMs) })
      held = undefined
    }
  }
  return held === undefined ? thinned : [...thinned, held]
}

const dropOldestEvents = (records: readonly IndexRecord[]): readonly IndexRecord[] => {
  let surplus = records.filter((record) => record.kind !== 'growth').length - keepEvents
  return records.filter((record) => record.kind === 'growth' || surplus-- <= 0)
}
