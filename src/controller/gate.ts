/** Whether a commit may be applied by itself now, or waits, and for what: pure. */
import { judgeRemovals, type PruneLimit } from '../plan/prune.ts'
import { judgeWindows, type SyncWindow } from '../plan/sync-windows.ts'
import type { Orders } from '../store/records.ts'
import type { TimeZones } from '../units/calendar/time-zone.ts'
import { timestampText } from '../units/calendar/timestamp-text.ts'

/** What a person allowed for one pass. */
export interface Permits {
  /** Try again what failed, was refused or declined. */
  readonly retries: boolean
  /** Apply although no sync window is open, or commits are suspended. */
  readonly now: boolean
  /** Remove as many units as the commit removes. */
  readonly prune: boolean
}

export const noPermits: Permits = { retries: false, now: false, prune: false }

export interface Waiting {
  readonly kind: 'Suspended' | 'OutsideWindow' | 'PruneGuard'
  /** In English, after "it waits: ". */
  readonly why: string
  readonly remedy: string
  /** Epoch ms at which it ends by itself, where it does. */
  readonly untilMs: number | undefined
}

export interface TimeFacts {
  readonly nowMs: number
  readonly zones: TimeZones
}

export const judgeTime = (
  orders: Orders,
  windows: readonly SyncWindow[],
  permits: Permits,
  time: TimeFacts,
): Waiting | undefined => (permits.now ? undefined : (suspended(orders, time) ?? shut(windows, time)))

const suspended = ({ suspension }: Orders, time: TimeFacts): Waiting | undefined => {
  if (suspension === undefined || hasEnded(suspension, time.nowMs)) return undefined
  const { who, reason, untilMs } = suspension
  const because = reason === undefined ? '' : `: ${reason}`
  return {
    kind: 'Suspended',
    why: `commits are suspended by ${who}${because}${untilText(untilMs, time)}`,
    remedy: 'gitproc resume',
    untilMs,
  }
}

export const hasEnded = (entry: { readonly untilMs?: number | undefined }, nowMs: number): boolean =>
  entry.untilMs !== undefined && entry.untilMs <= nowMs

const shut = (windows: readonly SyncWindow[], time: TimeFacts): Waiting | undefined => {
  const verdict = judgeWindows(windows, time.nowMs, time.zones)
  if (verdict.isOpen) return undefined
  const by = verdict.shutBy === undefined ? 'no sync window is open' : `"${verdict.shutBy.text}" shuts`
  const until =
    verdict.opensAtMs === undefined
      ? ', and none opens in the time that can be foreseen'
      : `${untilText(verdict.opensAtMs, time)}`
  return {
    kind: 'OutsideWindow',
    why: by + until,
    remedy: 'gitproc sync --now',
    untilMs: verdict.opensAtMs,
  }
}

const untilText = (untilMs: number | undefined, time: TimeFacts): string =>
  untilMs === undefined ? '' : ` until ${timeText(untilMs, time)}`

/** To the second: `Wed 2024-02-28 13:00:00 +01:00`. */
export const timeText = (atMs: number, { zones }: Pick<TimeFacts, 'zones'>): string =>
  timestampText(Math.floor(atMs / 1000) * 1_000_000, zones.local)

export const judgePruning = (
  present: readonly string[],
  isDesired: (unit: string) => boolean,
  limit: PruneLimit,
): Waiting | undefined => {
  const pruning = judgeRemovals(present, isDesired, limit)
  if (pruning === undefined) return undefined
  const { removed, present: count } = pruning
  const what =
    removed.length < count
      ? `${removed.length} of ${count} units`
      : count === 1
        ? 'the only unit'
        : `all ${count} units`
  return {
    kind: 'PruneGuard',
    why: `it removes ${what} (${shortList(removed)})`,
    remedy: 'gitproc sync --prune',
    untilMs: undefined,
  }
}

const shown = 8

const shortList = (units: readonly string[]): string =>
  units.length <= shown
    ? units.join(', ')
    : `${units.slice(0, shown).join(', ')} and ${units.length - shown} more`
