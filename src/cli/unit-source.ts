/** Where `cat` and `show` find a unit without a daemon: a folder on disk, or a revision of the repository. */
import { join, resolve } from 'node:path'
import { GitprocError } from '../base/error.ts'
import type { FileTree } from '../base/file-tree.ts'
import { nearestUnit } from '../base/nearest.ts'
import type { Config } from '../config.ts'
import { readHostFacts } from '../read-host-facts.ts'
import type { HostFacts } from '../units/host-facts.ts'
import { loadUnit, loadUnits } from '../units/load.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { readFolder } from './read-folder.ts'
import { fullName } from './render/words.ts'
import { openStored, storedRevision } from './stored-repository.ts'

export interface UnitQuestion {
  readonly name: string
  /** A folder of unit files instead of the repository. */
  readonly path: string | undefined
  readonly revision: string | undefined
}

export interface FoundUnit {
  readonly unit: LoadedUnit
  readonly tree: FileTree
}

/** Fails `units/unknown`, with the nearestUnit name. */
export const findUnit = async (question: UnitQuestion, config: Config): Promise<FoundUnit> => {
  const tree =
    question.path === undefined ? await treeOf(question.revision, config) : readFolder(question.path)
  const name = fullName(question.name)
  const host = hostFactsFor(question.path ?? join(config.repo, config.folder))
  const unit = loadUnit(name, tree, host)
  if (unit !== undefined && unit.loadState !== 'not-found') return { unit, tree }
  const near = nearestUnit(name, loadUnits(tree, host).units.keys())
  throw new GitprocError(
    'units/unknown',
    `no unit is called ${name} in ${question.path ?? config.remote?.url ?? config.repo}`,
    {
      remedy: near === undefined ? 'gitproc list shows the units' : `did you mean ${near}?`,
    },
  )
}

/** `%y` and `%Y` name the folder by its absolute path. */
export const hostFactsFor = (folder: string): HostFacts => ({
  ...readHostFacts(),
  unitDirectory: resolve(folder),
})

const treeOf = async (name: string | undefined, config: Config): Promise<FileTree> => {
  const repository = await openStored(config)
  const revision = await storedRevision(name, repository, config)
  return repository.files(revision.sha)
}
