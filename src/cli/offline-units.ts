/** Unit files as the daemon would understand them on this host, without the daemon. */
import { join } from 'node:path'
import type { FileTree } from '../base/file-tree.ts'
import type { Revision } from '../base/revision.ts'
import type { Config } from '../config.ts'
import type { DesiredState } from '../plan/desired.ts'
import { desiredState } from '../plan/desired-state.ts'
import { strictly } from '../plan/strict.ts'
import { readHostFacts } from '../read-host-facts.ts'

export const desiredStateOf = (
  revision: Revision,
  tree: FileTree,
  config: Pick<Config, 'repo' | 'folder' | 'isStrict'>,
): DesiredState => {
  const found = desiredState(revision, tree, {
    host: readHostFacts(),
    folderPath: join(config.repo, config.folder),
  })
  return config.isStrict ? { ...found, diagnostics: strictly(found.diagnostics) } : found
}

/** Stands for files that are no commit, where a revision is asked for. */
export const noRevision: Revision = {
  sha: '0'.repeat(40),
  branch: 'files',
  subject: '',
  author: '',
  committedAtMs: 0,
}
