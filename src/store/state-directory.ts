/**
 * `store/` keeps all that must survive the daemon. It imports `base/`, and types of `plan/` and `lifecycle/`. Read
 * `records.ts` for what is kept, `append-log.ts` and `json-document.ts` for the two ways of keeping it, then the stores.
 *
 * This file: the directory itself, whose contents are nobody else's business, and whole files written so that they are
 * either the old or the new one.
 */
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GitprocError } from '../base/error.ts'

export const directoryMode = 0o700
export const fileMode = 0o600

/** Makes the directory, mode 0700, if missing; takes others' rights to it away. Fails `store/write`. */
export const makeStateDirectory = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: directoryMode })
    chmodSync(path, directoryMode)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Replaces a file; on disk when it resolves, and the old one stays whole when it fails. Fails `store/write`. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.tmp`
  try {
    await using file = await open(temporary, 'w', fileMode)
    await file.writeFile(text)
    await file.sync()
    await rename(temporary, path)
    await using directory = await open(dirname(path), 'r')
    await directory.sync()
  } catch (error) {
    await rm(temporary, { force: true })
    throw unwritable(path, error)
  }
}

/** The same at once, for callers that must not be interleaved; `durable` waits for the disk. */
export const replaceFileSync = (path: string, bytes: Uint8Array, durable: boolean): void => {
  const temporary = `${path}.tmp`
  try {
    withFile(temporary, 'w', (fd) => {
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
      if (durable) fsyncSync(fd)
    })
    renameSync(temporary, path)
    if (durable) withFile(dirname(path), 'r', fsyncSync)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw unwritable(path, error)
  }
}

/** The failure behind which every trouble of the file system stands, with what a person can do about it. */
export const unwritable = (path: string, error: unknown): GitprocError => {
  const { code, message } = error as NodeJS.ErrnoException
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new GitprocError(
    'store/write',
    full ? `no space left to write ${path}` : `${path} cannot be written: ${message}`,
    {
      retry: 'later',
      remedy: full
        ? `free some space: df -h ${dirname(path)}`
        : `check owner and mode: ls -ld ${dirname(path)}`,
      data: { path },
      cause: error,
    },
  )
}

export const unreadable = (path: string, why: string, cause?: unknown): GitprocError =>
  new GitprocError('store/read', `${path} cannot be read: ${why}`, {
    remedy: `move it away to go on without it: mv ${path} ${path}.bad`,
    data: { path },
    cause,
  })

/** Refuses what a later release wrote: to read it by half would be to lose the other half. Fails `store/read`. */
export const checkVersion = (path: string, version: unknown, known: number): void => {
  if (version === known) return
  if (typeof version !== 'number') throw unreadable(path, 'it says no version')
  throw new GitprocError('store/read', `${path} is of version ${version}, this gitproc knows ${known}`, {
    remedy: 'run the gitproc that wrote it, or a newer one',
    data: { path, version },
  })
}

const withFile = (path: string, flags: string, use: (fd: number) => void): void => {
  const fd = openSync(path, flags, fileMode)
  try {
    use(fd)
  } finally {
    closeSync(fd)
  }
}
