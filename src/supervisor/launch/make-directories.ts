/** Makes the directories of a service, with mode and owner, as systemd.exec(5) says. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
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

async function makeDirectory(directory: OwnedDirectory, owner: Owner | undefined): Promise<void> {
  const { path, shownAs, mode, links } = directory
  if (directory.privateRoot !== undefined) hide(directory.privateRoot)
  moveHere(directory)
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
  if (shownAs !== path) showAs(shownAs, path)
  for (const link of links) makeLink(link, shownAs)
}

/** Nobody but root finds a way through it. */
function hide(root: string): void {
  const folder = Folder.open(root, { between: 0o755, last: 0o700 })
  try {
    chmodSync(folder.place, 0o700)
  } finally {
    folder.close()
  }
}

/** DynamicUser= was switched on, or off: what the service has kept goes along. */
function moveHere({ path, formerly, privateRoot }: OwnedDirectory): void {
  if (formerly === undefined || !isFolder(formerly)) return
  const isPublic = privateRoot === undefined
  if (isPublic ? !isLinkTo(path, formerly) : existsSync(path)) return
  const from = Folder.open(dirname(formerly))
  const to = Folder.open(dirname(path), { between: 0o755, last: 0o755 })
  try {
    if (isPublic) unlinkSync(to.at(basename(path)))
    renameSync(from.at(basename(formerly)), to.at(basename(path)))
  } finally {
    from.close()
    to.close()
  }
}

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const isLinkTo = (link: string, path: string): boolean =>
  lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
  resolve(dirname(link), readlinkSync(link)) === path

/** Another thing of that name would be what the host sees, and not what the service has. */
function showAs(name: string, path: string): void {
  makeLink(name, path)
  if (realpathSync(name) !== realpathSync(path))
    throw new Error(`${name} is there already, and does not lead to it`)
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
