/** Cgroups of one test: two of them with a unit of the same name must not find each other's processes. */
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { candidate, readSituation } from '../../src/executor/cgroup-root.ts'

/** Named like the directory of the test; undefined where there is no cgroup v2, or we are not root. */
export function ownCgroupRoot(directory: string): string | undefined {
  const situation = readSituation(process.getuid?.() === 0)
  return situation?.isRoot ? candidate(situation, basename(directory)) : undefined
}

const patienceMs = 10_000
const lookMs = 20

/**
 * Directories of cgroupfs can only be removed one by one, the innermost first, and a moment after their last process has
 * ended. Throws EBUSY where one stays.
 */
export async function removeCgroups(path: string): Promise<void> {
  if (!existsSync(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeCgroups(join(path, entry.name))
  }
  for (const until = Date.now() + patienceMs; ; await delay(lookMs)) {
    try {
      return rmdirSync(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || Date.now() > until) throw error
    }
  }
}
