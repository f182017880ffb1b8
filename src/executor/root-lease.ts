/**
 * Our own directory at the top of the cgroup tree, one for each state directory. Whoever uses one holds a lock on it
 * (flock(2)), which ends with the process: an empty one that nobody holds is nobody's any more, and is removed.
 */
import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { keyedValue } from './cgroup-root.ts'

export interface RootLease {
  /** Roots that nobody uses any more are gone, as far as they could be removed. */
  readonly swept: Promise<void>
  /** Removes it where nothing runs in it. */
  release(): void
}

/** Roots of other daemons that nobody has used for `youngMs` go by the way. */
export async function leaseRoot(path: string, youngMs = 3_600_000): Promise<RootLease> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  await lock(fd, '--shared')
  return {
    // What can't be read can't be tidied: nothing depends on it.
    swept: sweep(path, youngMs).catch(() => {}),
    release() {
      removeEmpty(path)
      closeSync(fd)
    },
  }
}

/** A host where many daemons were killed is tidied over some starts. */
const mostAtOnce = 32
/** A daemon that has just made its root has not locked it yet: young ones are left alone. */
async function sweep(own: string, youngMs: number): Promise<void> {
  const top = dirname(own)
  const others = readdirSync(top).filter((name) => isOfDaemon(name) && name !== basename(own))
  const empty = others
    .map((name) => join(top, name))
    .filter((path) => isEmpty(path) && ageMs(path) >= youngMs)
  for (const path of empty.slice(0, mostAtOnce)) await removeUnused(path)
}

const isOfDaemon = (name: string): boolean => /^gitproc-[0-9a-f]{8}$/.test(name)

const isEmpty = (path: string): boolean => keyedValue(join(path, 'cgroup.events'), 'populated') === 0

const ageMs = (path: string): number =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY)

async function removeUnused(path: string): Promise<void> {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
    if (await lock(fd, '--exclusive')) removeEmpty(path)
    closeSync(fd)
  } catch {
    // Somebody else was faster.
  }
}

/** Whether it was had. The lock stays with the open file when flock(1) is gone. */
const lock = (fd: number, kind: '--shared' | '--exclusive'): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn('/usr/bin/flock', [kind, '--nonblock', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
      env: {},
    })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })

/** The kernel removes no cgroup in which a process is. */
function removeEmpty(path: string): void {
  if (!isEmpty(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(path, entry.name))
  try {
    rmdirSync(path)
  } catch {
    // A process came in, or somebody else removed it.
  }
}
