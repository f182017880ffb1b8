/** Whole trees in which a service may have put anything: given to another user, or removed. No link in them is followed. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { chown, readdir, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { Folder, onlyThePath } from './folder.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * All but files that have another name elsewhere and never belonged to `formerUid`: a service can give the files of
 * others a name in its folder (link(2)), and they would become its own.
 */
export async function chownTree(folder: Folder, owner: Owner, formerUid: number): Promise<void> {
  for (const entry of await readdir(folder.place, { withFileTypes: true })) {
    if (entry.isDirectory()) await within(folder, entry.name, (child) => chownTree(child, owner, formerUid))
    else await chownFile(folder.at(entry.name), owner, formerUid)
  }
  await chown(folder.place, owner.uid, owner.gid)
}

/** What was looked at is what is changed: the name may mean something else by now. */
async function chownFile(path: string, { uid, gid }: Owner, formerUid: number): Promise<void> {
  const fd = openIfThere(path)
  if (fd === undefined) return
  try {
    const found = fstatSync(fd)
    if (found.nlink === 1 || found.uid === formerUid) await chown(`/proc/self/fd/${fd}`, uid, gid)
  } finally {
    closeSync(fd)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, onlyThePath | constants.O_NOFOLLOW)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Nothing there: nothing to do. Fails where a link that somebody else made leads to it. */
export async function removeTree(path: string): Promise<void> {
  const parent = openFolderIfThere(dirname(path))
  if (parent === undefined) return
  try {
    await removeEntry(parent, basename(path))
  } finally {
    parent.close()
  }
}

async function removeEntry(parent: Folder, name: string): Promise<void> {
  await within(parent, name, async (folder) => {
    for (const entry of await readdir(folder.place)) await removeEntry(folder, entry)
  })
  // Neither of the two follows a link.
  await unlink(parent.at(name)).catch(async (error) => {
    if (codeOf(error) === 'EISDIR' || codeOf(error) === 'EPERM') await rmdir(parent.at(name))
    else if (codeOf(error) !== 'ENOENT') throw error
  })
}

function openFolderIfThere(path: string): Folder | undefined {
  try {
    return Folder.open(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** Where it is no folder (any more), nothing is done. */
async function within(parent: Folder, name: string, act: (folder: Folder) => Promise<void>): Promise<void> {
  let folder: Folder
  try {
    folder = parent.child(name)
  } catch (error) {
    if (['ENOTDIR', 'ENOENT', 'ELOOP'].includes(codeOf(error))) return
    throw error
  }
  try {
    await act(folder)
  } finally {
    folder.close()
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
