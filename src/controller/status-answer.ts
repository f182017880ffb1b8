/** The answer to `gitproc status`: sync, health, units, and every sentence a person should read. */
import type { Notice, StatusAnswer } from '../api/contract.ts'
import type { Step } from '../plan/plan.ts'
import type { Rejection } from '../store/records.ts'
import { unitHealth, worstHealth } from './health.ts'
import { holdNotices } from './hold-notices.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { isRemoval } from './rejections.ts'
import type { Source } from './source.ts'
import { orderNotices, pendingOf, type Standing, waitsFor } from './standing.ts'
import { syncStatus } from './sync-status.ts'
import { isTakenBack } from './taken-back.ts'
import { unitView } from './unit-view.ts'
import type { World } from './world.ts'

/** What the daemon knows of itself. */
export interface DaemonFacts {
  readonly version: string
  readonly pid: number
  readonly startedAtMs: number
  /** What this host can't enforce. */
  readonly limitations: readonly string[]
  /** What is wrong on this host at this moment. */
  readonly troubles?: () => readonly Notice[]
}

export interface StatusWish {
  /** Without them the work tree is not looked at, and `uncommitted` is empty. Default: with them. */
  readonly withEdits?: boolean
}

export interface StatusContext extends StatusWish {
  readonly source: Source
  readonly daemon: DaemonFacts
  readonly standing: Standing
}

/** Without the units: a fraction of what all of the status costs. */
export const syncAnswer = async (
  { source, standing }: Pick<StatusContext, 'source' | 'standing'>,
  world: World,
) => {
  const head = await source.head()
  const orders = world.orders.now
  const newest =
    'sha' in head ? world.generations.latest(50).find((entry) => entry.revision.sha === head.sha) : undefined
  const sync = syncStatus({
    head,
    applied: world.revision,
    // What was applied before signatures were demanded may run on, and is refused all the same.
    outcomeOfHead: source.refusal === undefined ? newest?.outcome : 'Refused',
    isDeploying: standing.stage?.kind === 'applying',
    waitsFor: 'sha' in head ? waitsFor(head, { orders, ...standing }) : undefined,
    isDeclined: 'sha' in head && orders.declined.some(({ sha }) => sha === head.sha),
    holds: world.holds.all().length,
    leftOver: (newest?.steps ?? []).filter(({ step }) => isLeftOver(step, world)).length,
    rejections: world.rejections.all().length,
  })
  return { head, newest, sync }
}

const isLeftOver = ({ verb, unit }: Step, { applied }: World): boolean =>
  verb === 'stop' && applied.get(unit) !== undefined

export const statusAnswer = async (
  context: StatusContext,
  neighbourhood: Neighbourhood,
  world: World,
): Promise<StatusAnswer> => {
  const { source, daemon, withEdits = true } = context
  const { head, newest, sync } = await syncAnswer(context, world)
  const orders = world.orders.now
  const units = world.supervisor.statuses().map((status) => unitView(status, neighbourhood, world))
  return {
    daemon: { version: daemon.version, pid: daemon.pid, startedAtMs: daemon.startedAtMs },
    repository: await repositoryAnswer(world, withEdits),
    revision: world.revision,
    pending:
      'sha' in head && head.sha !== world.revision?.sha
        ? pendingOf({
            tip: head,
            sync,
            reason: newest?.reason,
            remedy: source.refusal?.remedy,
            isBlamed: world.rejections.all().some(({ revision }) => revision === head.sha),
            orders,
            ...context.standing,
          })
        : undefined,
    orders: {
      suspension: orders.suspension,
      pin: orders.pin,
      confirmation: orders.confirmation,
    },
    ...sync,
    health: worstHealth(units.map((unit) => unitHealth(unit, unit.hold, unit.isWanted))),
    generation: world.generations.latest(50).find((entry) => entry.outcome !== 'Refused')?.number,
    units,
    diagnostics: neighbourhood.diagnostics,
    notices: [...(daemon.troubles?.() ?? []), ...notices(source, world, units.length)],
    limitations: daemon.limitations,
  }
}

/** Uncommitted edits never run; that they exist is worth a line, and never a failure of `status`. */
const repositoryAnswer = async (
  { repository }: World,
  withEdits: boolean,
): Promise<StatusAnswer['repository']> => ({
  path: repository.path,
  branch: repository.branch,
  remote: repository.remote && {
    url: repository.remote.url,
    seenAtMs: repository.remote.seenAtMs,
    nextLookAtMs: repository.remote.nextLookAtMs,
  },
  uncommitted: withEdits ? await repository.uncommitted().catch(() => []) : [],
})

const notices = ({ troubles }: Source, world: World, unitCount: number): readonly Notice[] => [
  ...orderNotices(
    world.orders.now,
    { nowMs: world.clock.now(), zones: world.localTime.zones },
    insteadOfPin(world),
  ),
  ...troubles.map(({ code, text, sinceMs, nextTryAtMs, remedy }) => ({
    code,
    text,
    sinceMs,
    nextTryAtMs,
    remedy,
  })),
  ...world.rejections.all().map(rejectionNotice),
  ...holdNotices(world.holds.all(), unitCount, world.localTime),
]

/** What runs, where the pinned revision was taken back. */
const insteadOfPin = (world: World): string | undefined => {
  const { pin } = world.orders.now
  return pin !== undefined && isTakenBack(pin, world) ? world.revision?.sha : undefined
}

const rejectionNotice = ({ unit, hash, revision, reason, atMs }: Rejection): Notice => {
  const commit = revision.slice(0, 7)
  return isRemoval({ hash })
    ? {
        text: `${unit} stays although ${commit} removes it: ${reason}`,
        sinceMs: atMs,
        remedy: 'gitproc sync --retry',
      }
    : {
        text: `${unit} of ${commit} was taken back and stays out: ${reason}`,
        sinceMs: atMs,
        remedy: 'commit a definition that works, or: gitproc sync --retry',
      }
}
