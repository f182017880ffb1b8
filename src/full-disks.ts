/** Says which of our directories lie on a file system that is full: what is written there is lost, or waits. */
import { statfsSync } from 'node:fs'
import type { Notice } from './api/contract.ts'
import type { Clock } from './base/clock.ts'
import type { Config } from './config.ts'

interface Place {
  /** Its key in the configuration. */
  readonly key: string
  readonly path: string
  readonly consequence: string
  readonly remedy: string
}

/** Less than that is as good as nothing. */
const leastBytes = 64 * 1024

/** Looks when it is asked: a disk that has room again is no trouble any more, and nobody has to say so. */
export const createDiskWatch = (
  config: Pick<Config, 'logDirectory' | 'stateDirectory' | 'runDirectory'>,
  clock: Pick<Clock, 'now'>,
): (() => readonly Notice[]) => {
  const seenAtMs = new Map<string, number>()
  return () =>
    placesOf(config).flatMap(({ key, path, consequence, remedy }) => {
      const lack = lackIn(path)
      if (lack === undefined) {
        seenAtMs.delete(key)
        return []
      }
      const sinceMs = seenAtMs.get(key) ?? clock.now()
      seenAtMs.set(key, sinceMs)
      return [{ text: `no ${lack} left in ${key}, ${path}: ${consequence}`, sinceMs, remedy }]
    })
}

const placesOf = ({ logDirectory, stateDirectory, runDirectory }: Parameters<typeof createDiskWatch>[0]) =>
  [
    {
      key: 'log_dir',
      path: logDirectory,
      consequence: 'what services write is lost, and no new service can be started',
      remedy: `make room (df ${logDirectory}), or lower log_max_total`,
    },
    {
      key: 'state_dir',
      path: stateDirectory,
      consequence: 'nothing new can be written down, so commits wait; what runs goes on',
      remedy: `make room: df ${stateDirectory}`,
    },
    {
      key: 'run_dir',
      path: runDirectory,
      consequence: 'no service can be started',
      remedy: `make room: df ${runDirectory}`,
    },
  ] satisfies readonly Place[]

const lackIn = (path: string): 'space' | 'files' | undefined => {
  try {
    const { bsize, bfree, bavail, files, ffree } = statfsSync(path)
    // A part is kept for root.
    const blocks = process.getuid?.() === 0 ? bfree : bavail
    if (blocks * bsize < leastBytes) return 'space'
    return files > 0 && ffree === 0 ? 'files' : undefined
  } catch {
    // It is gone altogether: whoever writes to it says so.
    return undefined
  }
}
