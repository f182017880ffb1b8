/** Makes the directories of a service, with mode and owner, as systemd.exec(5) says. */
import { chmodSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import type { OwnedDirectory } from './directories.ts'
import { Folder } from './folder.ts'
import { chownTree, type Owner } from './folder-tree.ts'
import { LaunchProblem } from './launch-problem.ts'

/** Fails with the LaunchProblem of the first one that can't be made. */
export async function makeDirectories(
  directories: readonly OwnedDirectory[],
  owner: Owner | undefined,
): Promise<void> {
  for (const directory of directories) {
    try {
      await makeDirectory(directory, directory.isOwned ? owner : undefined)
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      throw new LaunchProblem(directory.step, `could not make ${directory.path}: ${why}`, error)
    }
  }
}

async function makeDirectory({ path, mode, links }: OwnedDirectory, owner: Owner | undefined): Promise<void> {
  const folder = Folder.open(path, { between: 0o755, last: mode })
  try {
    const found = statSync(folder.place)
    if ((found.mode & 0o7777) !== mode) chmodSync(folder.place, mode)
    // The whole tree only where the top belongs to somebody else: the user of the service was changed.
    if (owner !== undefined && (found.uid !== owner.uid || found.gid !== owner.gid))
      await chownTree(folder, owner, found.uid)
  } finally {
    folder.close()
  }
  for (const link of links) makeLink(link, path)
}

function makeLink(link: string, path: string): void {
  const folder = Folder.open(dirname(link), { between: 0o755, last: 0o755 })
  try {
    symlinkSync(relative(dirname(link), path), folder.at(basename(link)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    folder.close()
  }
}
