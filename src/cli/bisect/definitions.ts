/** What a unit was in each commit of a range: one definition for each commit that changed it or a file that it names. */
import { join } from 'node:path'
import { GitprocError } from '../../base/error.ts'
import type { FileTree } from '../../base/file-tree.ts'
import type { Revision } from '../../base/revision.ts'
import type { Config } from '../../config.ts'
import type { Repository } from '../../git/repository-port.ts'
import { type CanonicalSettings, canonicalSettings, filesAt, settingsHash } from '../../plan/canonical.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import { loadUnit } from '../../units/load.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { hostFactsFor } from '../unit-source.ts'

export interface UnitDefinition {
  /** The commit that brought it. */
  readonly revision: Revision
  readonly unit: LoadedUnit | undefined
  readonly settings: CanonicalSettings
  readonly hash: string
  /** Why it cannot be tried; undefined where it can. */
  readonly obstacle: string | undefined
}

export interface Range {
  readonly good: Revision
  readonly bad: Revision
}

const mostCommits = 100_000

/** From that of `good` to that of `bad`, the oldest first. Fails `git/bad-revision` where good does not lie before bad. */
export const definitionsBetween = async (
  name: string,
  { good, bad }: Range,
  repository: Repository,
  config: Config,
): Promise<readonly UnitDefinition[]> => {
  const log = await repository.log(bad.sha, mostCommits)
  const end = log.findIndex(({ sha }) => sha === good.sha)
  if (end === -1)
    throw new GitprocError(
      'git/bad-revision',
      `${good.sha.slice(0, 7)} is no ancestor of ${bad.sha.slice(0, 7)}`,
      {
        remedy: 'name them in order: gitproc bisect NAME GOOD BAD (gitproc history lists commits)',
      },
    )
  const folder = join(config.repo, config.folder)
  const host = hostFactsFor(folder)
  const found: UnitDefinition[] = []
  for (const revision of log.slice(0, end + 1).reverse()) {
    const definition = definitionIn(name, await repository.files(revision.sha), { revision, host, folder })
    if (found.at(-1)?.hash !== definition.hash) found.push(definition)
  }
  return found
}

interface Place {
  readonly revision: Revision
  readonly host: HostFacts
  readonly folder: string
}

const definitionIn = (name: string, tree: FileTree, { revision, host, folder }: Place): UnitDefinition => {
  const unit = loadUnit(name, tree, host)
  const obstacle = obstacleOf(unit)
  if (unit === undefined || obstacle === 'it is not there')
    return { revision, unit: undefined, settings: {}, hash: 'absent', obstacle }
  const settings = canonicalSettings(unit, filesAt(folder, tree))
  return { revision, unit, settings, hash: settingsHash(settings), obstacle }
}

const obstacleOf = (unit: LoadedUnit | undefined): string | undefined => {
  if (unit === undefined || unit.loadState === 'not-found') return 'it is not there'
  if (unit.loadState === 'masked') return 'it is masked'
  if (unit.loadState !== 'loaded') return 'its files have errors'
  if (unit.isTemplate) return 'it is a template: name an instance of it'
  return unit.type === 'service' ? undefined : `it is a ${unit.type} unit: only services can be tried`
}
