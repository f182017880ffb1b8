/** What can be read of the repository without a daemon: the one of this machine, or the mirror of a remote as it was fetched last. */
import { existsSync } from 'node:fs'
import { GitprocError } from '../base/error.ts'
import type { Revision } from '../base/revision.ts'
import type { Config } from '../config.ts'
import { openRepository } from '../git/open-repository.ts'
import type { Repository } from '../git/repository-port.ts'

/** Fails as `openRepository` does. */
export const openStored = async ({ repo: path, folder, branch, remote }: Config): Promise<Repository> => {
  if (remote !== undefined && !existsSync(path))
    throw new GitprocError('git/no-repository', `${remote.url} has not been fetched yet`, {
      remedy: 'gitproc daemon --detach fetches it',
    })
  return openRepository({ path, folder, ...(branch === undefined ? {} : { branch }) })
}

/** The tip of the watched branch, unless another revision is named. Of a remote, only the history on hand is known. */
export const storedRevision = async (
  name: string | undefined,
  repository: Repository,
  { remote }: Config,
): Promise<Revision> => {
  if (name === undefined) return repository.head()
  try {
    return await repository.resolve(name)
  } catch (error) {
    const isUnknown = error instanceof GitprocError && error.code === 'git/bad-revision'
    if (remote === undefined || !isUnknown) throw error
    throw new GitprocError('git/bad-revision', `${error.message}, as far as the remote was fetched`, {
      remedy: `gitproc plan ${name} lets the daemon fetch more of the history`,
      cause: error,
    })
  }
}
