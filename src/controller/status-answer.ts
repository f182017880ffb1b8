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

export interface StatusContext {
  readonly source: Source
  readonly daemon: DaemonFacts
  readonly isDeploying: boolean
}

export const statusAnswer = async (
  { source, daemon, isDeploying }: StatusContext,
  neighbourhood: Neighbourhood,
  world: World,
): Promise<StatusAnswer> => {
  const head = await source.head()
  const units = world.supervisor.statuses().map((status) => unitView(status, neighbourhood, world))
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
  return {
    daemon: { version: daemon.version, pid: daemon.pid, startedAtMs: daemon.startedAtMs },
    repository: await repositoryAnswer(world),
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
const repositoryAnswer = async ({ repository }: World): Promise<StatusAnswer['repository']> => ({
  path: repository.path,
  branch: repository.branch,
  uncommitted: await repository.uncommitted().catch(() => []),
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
