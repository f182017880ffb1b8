/** How it stands with the branch's tip, in the words of `status`: what waits for what, who asked for it, what helps. */
import type { Notice, Pending, SyncReason } from '../api/contract.ts'
import type { Revision } from '../base/revision.ts'
import type { Orders } from '../store/records.ts'
import { hasEnded, type TimeFacts, timeText, type Waiting } from './gate.ts'
import type { Stage } from './reconcile.ts'
import type { Sync } from './sync-status.ts'

/** What the last pass found out, and what the running one is about. */
export interface Standing {
  readonly stage: Stage | undefined
  /** Of the last pass: which revision waits, and for what. */
  readonly waiting: (Waiting & { readonly sha: string }) | undefined
}

type WaitsFor = Extract<SyncReason, 'Suspended' | 'Pinned' | 'OutsideWindow' | 'PruneGuard' | 'Unconfirmed'>

/** What keeps the tip from being applied. */
export const waitsFor = (
  tip: Revision,
  { orders, waiting }: { readonly orders: Orders; readonly waiting: Standing['waiting'] },
): WaitsFor | undefined => {
  if (orders.confirmation) return 'Unconfirmed'
  if (orders.pin && orders.pin.sha !== tip.sha) return 'Pinned'
  return waiting?.sha === tip.sha ? waiting.kind : undefined
}

export const pinnedElsewhere = (
  tip: Revision,
  { pin }: Orders,
): { readonly why: string; readonly remedy: string } | undefined =>
  pin === undefined || pin.sha === tip.sha
    ? undefined
    : { why: `this host is pinned to ${short(pin.sha)} by ${pin.who}`, remedy: 'gitproc resume' }

export interface PendingFacts {
  readonly tip: Revision
  readonly sync: Sync
  /** Of the newest generation for the tip. */
  readonly reason: string | undefined
  readonly orders: Orders
  readonly waiting: Standing['waiting']
  /** Where the tip may not be followed: what helps. */
  readonly remedy?: string | undefined
  /** Whether definitions of the tip are rejected: then a plain sync does not try it again. */
  readonly isBlamed: boolean
  readonly stage: Stage | undefined
}

export const pendingOf = ({
  tip,
  sync,
  reason,
  orders,
  waiting,
  remedy,
  isBlamed,
  stage,
}: PendingFacts): Pending => {
  const declined = orders.declined.find(({ sha }) => sha === tip.sha)
  switch (sync.syncReason) {
    case 'Pinned':
      return {
        revision: tip,
        why: `this host is pinned to ${short(orders.pin?.sha)}`,
        remedy: 'gitproc resume',
      }
    case 'Unconfirmed':
      return {
        revision: tip,
        why: `${short(orders.confirmation?.sha)} waits to be confirmed first`,
        remedy: 'gitproc confirm',
      }
    case 'Suspended':
    case 'OutsideWindow':
    case 'PruneGuard':
      return { revision: tip, why: waiting?.why ?? sync.syncReason, remedy: waiting?.remedy }
    case 'Progressing':
      return progressing(tip, stage)
    case 'RolledBack':
      return {
        revision: tip,
        why: declined?.reason ?? reason ?? 'it was taken back',
        remedy: declined || isBlamed ? 'gitproc sync --retry' : 'gitproc sync',
      }
    default:
      return { revision: tip, why: reason ?? sync.syncReason ?? 'it is about to be looked at', remedy }
  }
}

/** A newer commit that has to wait does so until the one that has begun is through. */
const progressing = (tip: Revision, stage: Stage | undefined): Pending => {
  const other = stage?.kind === 'applying' ? stage.parsed.desired.revision.sha : tip.sha
  return other === tip.sha
    ? { revision: tip, why: 'it is being applied', isBeingApplied: true }
    : { revision: tip, why: `${short(other)} is being applied`, remedy: 'gitproc cancel' }
}

/** The orders that stand, as lines that want a person. `runsInstead`: of what is pinned, where that was taken back. */
export const orderNotices = (
  orders: Orders,
  time: TimeFacts,
  runsInstead: string | undefined,
): readonly Notice[] => [
  ...suspensionNotice(orders, time),
  ...pinNotice(orders, runsInstead),
  ...confirmationNotice(orders, time),
]

const suspensionNotice = ({ suspension }: Orders, time: TimeFacts): readonly Notice[] => {
  if (suspension === undefined || hasEnded(suspension, time.nowMs)) return []
  const { who, reason, untilMs, sinceMs } = suspension
  const until = untilMs === undefined ? '' : ` until ${timeText(untilMs, time)}`
  return [
    {
      text: `suspended by ${who}${until}: no commit is applied${because(reason)}`,
      sinceMs,
      remedy: 'gitproc resume',
    },
  ]
}

const pinNotice = ({ pin }: Orders, runsInstead: string | undefined): readonly Notice[] => {
  if (pin === undefined) return []
  const { sha, who, sinceMs, reason } = pin
  const instead = runsInstead === undefined ? '' : `, which was taken back (${short(runsInstead)} runs)`
  return [
    {
      text: `pinned to ${short(sha)} by ${who}${instead}${because(reason)}`,
      sinceMs,
      remedy: 'gitproc resume',
    },
  ]
}

const confirmationNotice = ({ confirmation }: Orders, time: TimeFacts): readonly Notice[] => {
  if (confirmation === undefined) return []
  const { sha, who, dueAtMs, sinceMs } = confirmation
  const text = `${short(sha)} is taken back at ${timeText(dueAtMs, time)} unless it is confirmed (asked for by ${who})`
  return [{ text, sinceMs, remedy: 'gitproc confirm' }]
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`)

const short = (sha: string | undefined): string => sha?.slice(0, 7) ?? ''
