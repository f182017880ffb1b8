/** Writing into somebody's repository: whole or not at all, and owned by whom the directory belongs to, not by root. */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Who a new file shall belong to. */
export type Owner = Pick<Stats, 'uid' | 'gid'>

export const ownerOf = (path: string): Owner => statSync(path)

/** Gives a file away; only root can, and only root needs to. */
export const giveTo = (path: string | Buffer, owner: Owner): void => {
  if (process.getuid?.() === 0) lchownSync(path, owner.uid, owner.gid)
}

/** Makes a directory and those above it, each with owner and mode of its parent. Bytes, where a name may be no UTF-8. */
export const makeOwnedDirectory = (path: string | Buffer): void => {
  if (existsSync(path)) return
  const parent = typeof path === 'string' ? dirname(path) : path.subarray(0, path.lastIndexOf('/'))
  makeOwnedDirectory(parent)
  mkdirSync(path)
  const like = statSync(parent)
  giveTo(path, like)
  chmodSync(path, like.mode & 0o7777)
}

/** Writes a file that appears complete, on disk before it has its name. */
export const writeOwnedFile = (path: string, bytes: Uint8Array, mode: number): void => {
  makeOwnedDirectory(dirname(path))
  // The name is one that `git gc` takes away, should we be killed here.
  const temporary = join(dirname(path), `tmp_obj_${randomBytes(6).toString('hex')}`)
  try {
    writeWhole(temporary, bytes, mode)
    giveTo(temporary, ownerOf(dirname(path)))
    renameSync(temporary, path)
    syncDirectory(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Creates a new file, fails when there is one, and has its bytes on disk on return. */
export const writeWhole = (path: string, bytes: Uint8Array, mode: number): void => {
  const fd = openSync(path, 'wx', mode)
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export const syncDirectory = (path: string): void => {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
