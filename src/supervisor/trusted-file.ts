/** Files that root opens for a service: the service must not be able to make them lead elsewhere, or to hold us up. */
import { constants, fstatSync, lstatSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { decodeBytes, encodeBytes } from '../base/lossless-text.ts'
import { Folder, isTrusted } from './folder.ts'

/** More than any such file has; a daemon that reads one whole must not run out of memory. */
const mostBytes = 16 * 1024 * 1024

/** Fails where somebody else may have put a link there by which they would have what only root may read. */
export async function readUnforged(path: string): Promise<Buffer> {
  // Of other bytes than text only a unit's author thinks.
  if (!path.isWellFormed()) return readWithoutWaiting(Buffer.from(encodeBytes(path)))
  const folder = Folder.open(dirname(path))
  try {
    refuseForeign(path, lstatOf(folder, path), folder)
    const noFollow = folder.isOurs ? 0 : constants.O_NOFOLLOW
    return await readWithoutWaiting(folder.at(basename(path)), noFollow, (found) =>
      refuseForeign(path, found, folder),
    )
  } finally {
    folder.close()
  }
}

/** A pipe that nobody writes to would keep a thread of ours for good. */
export async function readWithoutWaiting(
  path: string | Buffer,
  flags = 0,
  check: (found: Stats) => void = () => {},
): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | flags)
  try {
    const found = fstatSync(file.fd)
    check(found)
    const name = typeof path === 'string' ? path : decodeBytes(path)
    if (found.isFIFO() || found.isSocket()) throw new Error(`${name} is a pipe or a socket`)
    if (found.size > mostBytes) throw new Error(`${name} is larger than ${mostBytes} bytes`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** Fails where root would write to, or read, what somebody else chose by a link. What is not there yet is fine. */
export function refuseForeignFile(path: string): void {
  const folder = Folder.open(dirname(path))
  try {
    refuseForeign(path, lstatOf(folder, path), folder)
  } finally {
    folder.close()
  }
}

/** Whether nobody but root and ourselves can have written it, or put it there. */
export function isOurFile(path: string): boolean {
  try {
    const folder = Folder.open(dirname(path))
    const found = lstatOf(folder, path)
    folder.close()
    return folder.isOurs && found?.isFile() === true && isTrusted(found.uid) && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

const lstatOf = (folder: Folder, path: string): Stats | undefined =>
  lstatSync(folder.at(basename(path)), { throwIfNoEntry: false })

function refuseForeign(path: string, found: Stats | undefined, { isOurs }: Folder): void {
  if (isOurs || found === undefined) return
  if (found.isSymbolicLink()) throw new Error(`${path} is a symbolic link that somebody else may have made`)
  if (found.nlink > 1 && !found.isDirectory())
    throw new Error(`${path} is a hard link that somebody else may have made`)
}
