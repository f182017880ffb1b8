/** Files that root opens for a service: the service must not be able to make them lead elsewhere, or to hold us up. */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  type Stats,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { decodeBytes, encodeBytes } from '../../base/lossless-text.ts'
import { Folder, isTrusted, onlyThePath } from './folder.ts'

/** More than any such file has; a daemon that reads one whole must not run out of memory. */
const mostBytes = 16 * 1024 * 1024

/** Fails where somebody else may have put a link there by which they would have what only root may read. */
export async function readUnforged(path: string): Promise<Buffer> {
  // Of other bytes than text only a unit's author thinks.
  if (!path.isWellFormed()) return readWithoutWaiting(Buffer.from(encodeBytes(path)))
  const folder = Folder.open(dirname(path))
  try {
    const found = lstatOf(folder, path)
    refuseForeign(path, found, folder)
    // A link that passed is root's, in a folder in which nobody else can replace it.
    const noFollow = found?.isSymbolicLink() ? 0 : constants.O_NOFOLLOW
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

/**
 * Holds what a path means now (O_PATH: nothing is read, and no pipe is waited for), where others could make it mean something
 * else later; undefined where nobody else can. Fails where somebody else chose it by a link.
 */
export function pinForeignFile(path: string, { makes }: { readonly makes: boolean }): number | undefined {
  const folder = Folder.open(dirname(path))
  try {
    const found = lstatOf(folder, path)
    refuseForeign(path, found, folder)
    if (found?.isSymbolicLink())
      return pinForeignFile(resolve(dirname(path), readlinkSync(folder.at(basename(path)))), { makes })
    if (folder.isOurs && !folder.isShared) return undefined
    const place = folder.at(basename(path))
    if (found === undefined && makes) makeEmpty(place)
    return pin(path, place, folder)
  } finally {
    folder.close()
  }
}

/** As a shell makes it. */
function makeEmpty(place: string): void {
  const fd = openSync(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  fchmodSync(fd, 0o644)
  closeSync(fd)
}

function pin(path: string, place: string, folder: Folder): number {
  const fd = openSync(place, onlyThePath | constants.O_NOFOLLOW)
  try {
    const found = fstatSync(fd)
    if (found.isSymbolicLink()) throw new Error(`${path} is a symbolic link that somebody else may have made`)
    refuseForeign(path, found, folder)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
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
  // In a folder for all (/tmp) a link may be anybody's.
  if (found === undefined || (isOurs && (!found.isSymbolicLink() || isTrusted(found.uid)))) return
  if (found.isSymbolicLink()) throw new Error(`${path} is a symbolic link that somebody else may have made`)
  if (found.nlink > 1 && !found.isDirectory())
    throw new Error(`${path} is a hard link that somebody else may have made`)
}
