/**
 * Notices that a branch moved: inotify on the directories in which its ref may appear, and a slow poll as a net. Git
 * replaces files by renaming and takes empty directories away, so it is directories that are watched, and armed anew.
 */
import { type FSWatcher, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { readRef } from './refs.ts'

export interface RefWatchOptions {
  readonly pollMs: number
}

/** Calls back once for each change of what the ref holds, its absence and damage included. Returns what ends the watch. */
export const watchRef = (
  commonDir: string,
  ref: string,
  options: RefWatchOptions,
  listener: () => void,
): (() => void) => {
  const watching = new RefWatch(commonDir, ref, listener)
  const poll = setInterval(() => watching.look(), options.pollMs)
  poll.unref()
  return () => {
    clearInterval(poll)
    watching.close()
  }
}

interface WatchedDirectory {
  readonly watcher: FSWatcher
  /** A directory that was removed and made again has another. */
  readonly inode: bigint
}

class RefWatch {
  readonly #commonDir: string
  readonly #ref: string
  readonly #listener: () => void
  readonly #directories = new Map<string, WatchedDirectory>()
  /** Names whose change may mean something: the parts of the ref's path, and the file of packed refs. */
  readonly #names: ReadonlySet<string>
  #last: string
  #isClosed = false

  constructor(commonDir: string, ref: string, listener: () => void) {
    this.#commonDir = commonDir
    this.#ref = ref
    this.#listener = listener
    this.#names = new Set(['packed-refs', ...ref.split('/')])
    this.#arm()
    this.#last = this.#value()
  }

  look(): void {
    if (this.#isClosed) return
    this.#arm()
    const value = this.#value()
    if (value === this.#last) return
    this.#last = value
    this.#listener()
  }

  close(): void {
    this.#isClosed = true
    for (const { watcher } of this.#directories.values()) watcher.close()
    this.#directories.clear()
  }

  #value(): string {
    try {
      return readRef(this.#commonDir, this.#ref) ?? 'absent'
    } catch (error) {
      // The listener finds out by reading the branch itself; for us it is one more thing that a ref can hold.
      return (error as Error).message
    }
  }

  /** Watches every directory on the way to the ref that is there now, before the ref is read. */
  #arm(): void {
    const parts = this.#ref.split('/').slice(0, -1)
    for (let depth = 0; depth <= parts.length; depth++) {
      this.#armDirectory(join(this.#commonDir, ...parts.slice(0, depth)))
    }
  }

  #armDirectory(path: string): void {
    const inode = inodeOf(path)
    const present = this.#directories.get(path)
    if (present?.inode === inode) return
    present?.watcher.close()
    this.#directories.delete(path)
    const watcher = inode === undefined ? undefined : this.#open(path)
    if (watcher !== undefined && inode !== undefined) this.#directories.set(path, { watcher, inode })
  }

  /** Undefined where the kernel gives no more watches or the directory is gone again: the poll goes on. */
  #open(path: string): FSWatcher | undefined {
    try {
      const watcher = watch(path, (_event, name) => {
        if (name === null || this.#names.has(name)) this.look()
      })
      watcher.on('error', () => watcher.close())
      return watcher
    } catch {
      return undefined
    }
  }
}

/** Undefined where there is no directory, or none that we may look at: the poll looks again. */
const inodeOf = (path: string): bigint | undefined => {
  try {
    return statSync(path, { bigint: true }).ino
  } catch {
    return undefined
  }
}
