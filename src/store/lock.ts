/**
 * One daemon for one state directory: a lock of the kernel (flock(2)) on a file in it. It ends with the process that holds
 * it, however that ends, so that there is no stale lock to be judged, taken over or raced for. Node has no flock, so
 * flock(1) of util-linux takes it, on the open file that it inherits from us; the lock stays with that file when flock
 * is gone. The file also says who holds it, for the refusal.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { fileMode, makeStateDirectory, unwritable } from './state-directory.ts'

export interface StateLock {
  /** Gives the directory free, once; the end of the process does so, too. */
  release(): void
}

/** What flock(1) is told to exit with when somebody else holds the lock. */
const heldStatus = 75

/** Makes the directory if missing. Fails `store/locked` (naming the pid that holds it), `store/write`. */
export const lockStateDirectory = (directory: string): StateLock => {
  makeStateDirectory(directory)
  const path = join(directory, 'lock')
  const fd = openLock(path)
  try {
    takeLock(fd, path)
    ftruncateSync(fd)
    writeSync(fd, `${process.pid}\n`, 0)
  } catch (error) {
    closeSync(fd)
    throw error instanceof GitprocError ? error : unwritable(path, error)
  }
  let isHeld = true
  const release = (): void => {
    // Once only: the number of a closed file may already be that of another.
    if (isHeld) closeSync(fd)
    isHeld = false
  }
  return { release }
}

const openLock = (path: string): number => {
  try {
    return openSync(path, 'a+', fileMode)
  } catch (error) {
    throw unwritable(path, error)
  }
}

const takeLock = (fd: number, path: string): void => {
  const args = ['--exclusive', '--nonblock', '--conflict-exit-code', String(heldStatus), '3']
  const stdio = ['ignore', 'ignore', 'pipe', fd] as const
  const { status, error, stderr } = spawnSync('flock', args, { stdio: [...stdio], timeout: 10_000 })
  if (status === 0) return
  if (status === heldStatus) throw locked(path)
  throw new GitprocError(
    'store/write',
    `${path} cannot be locked: ${error?.message ?? stderr.toString().trim()}`,
    {
      remedy: 'install util-linux, which has flock',
      cause: error,
    },
  )
}

const locked = (path: string): GitprocError => {
  const pid = Number.parseInt(readFileSync(path, 'utf8'), 10)
  const holder = Number.isNaN(pid) ? 'another daemon, which is just starting,' : `the daemon with pid ${pid}`
  return new GitprocError('store/locked', `${holder} uses the state directory ${join(path, '..')}`, {
    retry: 'later',
    remedy: 'gitproc status, or name another directory with --state-dir',
    data: Number.isNaN(pid) ? {} : { pid },
  })
}
