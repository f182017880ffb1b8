/** Makes the directories of a service, with mode and owner, as systemd.exec(5) says. */
import { chmod, chown, lchown, lstat, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { OwnedDirectory } from './directories.ts'
import { LaunchProblem } from './launch-problem.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

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
  await refuseForeignLinks(path)
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  await mkdir(path, { mode }).catch(unlessThere)
  const found = await stat(path)
  if ((found.mode & 0o7777) !== mode) await chmod(path, mode)
  if (owner !== undefined && (found.uid !== owner.uid || found.gid !== owner.gid))
    await chownTree(path, owner)
  for (const link of links) {
    await mkdir(dirname(link), { recursive: true, mode: 0o755 })
    await symlink(relative(dirname(link), path), link).catch(unlessThere)
  }
}

/** A service that owns a folder could put a link there, and what it leads to would become its own. */
async function refuseForeignLinks(path: string): Promise<void> {
  const trusted = [0, process.getuid?.() ?? 0]
  for (let place = path; place !== '/'; place = dirname(place)) {
    const found = await lstat(place).catch(() => undefined)
    if (found?.isSymbolicLink() && !trusted.includes(found.uid))
      throw new Error(`${place} is a symbolic link that somebody else made`)
  }
}

/** The whole tree only where the top belongs to somebody else: the user of the service was changed. */
async function chownTree(path: string, owner: Owner): Promise<void> {
  await chown(path, owner.uid, owner.gid)
  for (const entry of await readdir(path, { recursive: true }))
    await lchown(join(path, entry), owner.uid, owner.gid)
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
