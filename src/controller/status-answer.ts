/** The answer to `gitproc status`: sync, health, units, and every sentence a person should read. */
import type { Notice, StatusAnswer } from '../api/contract.ts'
import type { Revision } from '../base/revision.ts'
import { unitHealth, worstHealth } from './health.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { Source } from './source.ts'
import { type Sync, syncStatus } from './sync-status.ts'
import { unitView } from './unit-view.ts'
import type { World } from './world.ts'

/** What the daemon knows of itself. */
export interface DaemonFacts {
  readonly version: string
  readonly pid: number
  readonly startedAtMs: number
  /** What this host can't enforce. */
  readonly limitations: readonly string[]
}

export interface StatusWish {
  /** Without them the work tree is not looked at, and `uncommitted` is empty. Default: with them. */
  readonly withEdits?: boolean
}

export interface StatusContext extends StatusWish {
  readonly source: Source
  readonly daemon: DaemonFacts
  readonly isDeploying: boolean
}

/** Without the units: a fraction of what all of the status costs. */
export const syncAnswer = async (
  { source, isDeploying }: Pick<StatusContext, 'source' | 'isDeploying'>,
  world: World,
) => {
  const head = await source.head()
  const newest =
    'sha' in head ? world.generations.latest(50).find((entry) => entry.revision.sha === head.sha) : undefined
  const sync = syncStatus({
    head,
    applied: world.revision,
    outcomeOfHead: newest?.outcome,
    isDeploying,
    holds: world.holds.all().length,
    rejections: world.rejections.all().length,
  })
  return { head, newest, sync }
}

export const statusAnswer = async (
  context: StatusContext,
  neighbourhood: Neighbourhood,
  world: World,
): Promise<StatusAnswer> => {
  const { source, daemon, withEdits = true } = context
  const { head, newest, sync } = await syncAnswer(context, world)
  const units = world.supervisor.statuses().map((status) => unitView(status, neighbourhood, world))
  return {
    daemon: { version: daemon.version, pid: daemon.pid, startedAtMs: daemon.startedAtMs },
    repository: await repositoryAnswer(world, withEdits),
    revision: world.revision,
    pending: pending(head, sync, newest?.reason, world),
    ...sync,
    health: worstHealth(units.map((unit) => unitHealth(unit, unit.hold, unit.isWanted))),
    generation: world.generations.latest(50).find((entry) => entry.outcome !== 'Refused')?.number,
    units,
    diagnostics: neighbourhood.diagnostics,
    notices: notices(source, world),
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
  uncommitted: withEdits ? await repository.uncommitted().catch(() => []) : [],
})

const pending = (
  head: Revision | { readonly problem: string },
  { syncReason }: Sync,
  reason: string | undefined,
  { revision }: World,
): StatusAnswer['pending'] =>
  'sha' in head && head.sha !== revision?.sha
    ? { revision: head, why: reason ?? syncReason ?? 'being applied' }
    : undefined

const notices = ({ trouble }: Source, { rejections, holds }: World): readonly Notice[] => [
  ...(trouble ? [{ text: trouble.text, sinceMs: trouble.sinceMs, remedy: trouble.remedy }] : []),
  ...rejections.all().map(({ unit, revision, reason, atMs }) => ({
    text: `${unit} of ${revision.slice(0, 7)} failed and stays out: ${reason}`,
    sinceMs: atMs,
    remedy: `commit a definition that works, or: gitproc sync --retry`,
  })),
  ...holds.all().map(({ unit, who, reason, sinceMs }) => ({
    text: `${unit} is held by ${who}${reason === undefined ? '' : `: ${reason}`}`,
    sinceMs,
    remedy: `gitproc start ${unit.replace(/\.service$/, '')}`,
  })),
]
