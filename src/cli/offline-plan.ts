/** A plan from the repository alone: from nothing, or from another revision as if it ran. */
import type { PlanAnswer } from '../api/contract.ts'
import type { Config } from '../config.ts'
import type { Repository } from '../git/repository-port.ts'
import type { ActualState } from '../plan/actual.ts'
import type { DesiredState } from '../plan/desired.ts'
import { diff } from '../plan/diff.ts'
import { startsAfter } from '../plan/graph.ts'
import { withHooks } from '../plan/hooks.ts'
import { desiredStateOf } from './offline-units.ts'
import { openStored, storedRevision } from './stored-repository.ts'

export interface OfflineQuestion {
  readonly revision: string | undefined
  readonly from: string | undefined
}

export const planOffline = async (
  { revision, from }: OfflineQuestion,
  config: Config,
): Promise<PlanAnswer> => {
  const repository = await openStored(config)
  const to = await stateAt(revision, repository, config)
  const base = from === undefined ? undefined : await stateAt(from, repository, config)
  const log = await repository.log(to.revision.sha, maxCommits)
  const known = base === undefined ? -1 : log.findIndex(({ sha }) => sha === base.revision.sha)
  return {
    plan: withHooks(diff(base === undefined ? new Map() : asIfRunning(base), to, base?.revision), to, {
      occasion: 'sync',
      isOpen: false,
    }),
    commits: known === -1 ? [] : log.slice(0, known),
    diagnostics: to.diagnostics,
    isNext: false,
  }
}

const maxCommits = 1000

const stateAt = async (
  name: string | undefined,
  repository: Repository,
  config: Config,
): Promise<DesiredState> => {
  const revision = await storedRevision(name, repository, config)
  return desiredStateOf(revision, await repository.files(revision.sha), config)
}

/** Every unit that the revision wants runs, and runs as defined there. */
const asIfRunning = (state: DesiredState): ActualState =>
  new Map(
    [...state.units.values()]
      .filter(({ unit }) => !unit.isTemplate && unit.loadState === 'loaded')
      .map(({ unit, settings, hash, isWanted }) => [
        unit.name,
        {
          name: unit.name,
          settings,
          hash,
          isActive: isWanted,
          isSettled: false,
          isHeld: false,
          orderedAfter: startsAfter(state, unit.name),
        },
      ]),
  )
