/** What `gitproc verify` was asked to look at: files, folders, a revision, or the repository's files as they lie there. */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { FileTree } from '../base/file-tree.ts'
import type { Config } from '../config.ts'
import { strictly } from '../plan/strict.ts'
import { readHostFacts } from '../read-host-facts.ts'
import { loadUnits } from '../units/load.ts'
import { desiredStateOf, noRevision } from './offline-units.ts'
import { readFolder, readUnitFile } from './read-folder.ts'
import { openStored, storedRevision } from './stored-repository.ts'

export interface Verified {
  readonly files: number
  /** Paths as a person standing here would write them. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Fails `git/bad-revision` for a word that is neither a path nor a revision. */
export const verifyTarget = async (target: string | undefined, config: Config): Promise<Verified> => {
  // A mirror has no work tree that somebody edits: what it holds is what was committed.
  if (target === undefined && config.remote !== undefined) return verifyRevision('HEAD', config)
  if (target === undefined) {
    // Says which command makes one, where there is none.
    if (!existsSync(config.repo)) await openStored(config)
    return verifyFolder(join(config.repo, config.folder), config)
  }
  if (!existsSync(target)) return verifyRevision(target, config)
  return statSync(target).isDirectory() ? verifyFolder(target, config) : verifyFile(target, config)
}

/** Everything that would refuse the commit: each file, and what units ask of each other. */
const verifyFolder = (folder: string, config: Config): Verified => {
  const tree = readFolder(folder)
  const place = existsSync(join(folder, '.git')) ? { ...config, repo: folder, folder: '' } : config
  return {
    files: tree.size,
    diagnostics: placed(desiredStateOf(noRevision, tree, place).diagnostics, folder),
  }
}

const verifyRevision = async (name: string, config: Config): Promise<Verified> => {
  const repository = await openStored(config)
  const revision = await storedRevision(name, repository, config)
  const tree = await repository.files(revision.sha)
  return { files: tree.size, diagnostics: desiredStateOf(revision, tree, config).diagnostics }
}

/** A file alone: what it asks of other units cannot be judged without them. */
const verifyFile = (path: string, { isStrict }: Config): Verified => {
  const folder = dirname(path)
  const tree: FileTree = readUnitFile(folder, basename(path))
  const { diagnostics } = loadUnits(tree, readHostFacts())
  return { files: tree.size, diagnostics: placed(isStrict ? strictly(diagnostics) : diagnostics, folder) }
}

const placed = (diagnostics: readonly Diagnostic[], folder: string): readonly Diagnostic[] => {
  const prefix = relative('', folder)
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    position: { ...diagnostic.position, file: join(prefix, diagnostic.position.file) },
  }))
}
