/** A work tree that a killed gitproc was in the middle of: its lock would keep every git command out for ever. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Checkout } from './checkout.ts'

/** Stands in git's lock until the new index does: tells whose it is. */
export const lockMark = (): string => `gitproc ${process.pid}\n`

/** Contents that were to be put in place lie in such folders at the top of the work tree. */
export const stagePrefix = '.gitproc-'

/** Takes away what an update left whose process is gone; other locks are not ours to judge. */
export const removeAbandonedUpdate = ({ gitDir, workTree }: Checkout): void => {
  const lock = join(gitDir, 'index.lock')
  if (!isAbandoned(lock)) return
  for (const name of readdirSync(workTree))
    if (name.startsWith(stagePrefix)) rmSync(join(workTree, name), { recursive: true, force: true })
  rmSync(lock, { force: true })
}

const isAbandoned = (lock: string): boolean => {
  const pid = Number(/^gitproc (\d+)\n$/.exec(textOf(lock))?.[1])
  // An update is over before anything else can begin in its process: our own number was somebody's before us.
  return pid > 0 && (pid === process.pid || !isThere(pid))
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
