/** Cgroups of one test: two of them with a unit of the same name must not find each other's processes. */
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { candidate, readSituation } from '../../src/executor/cgroup-root.ts'

/** Named like the directory of the test; undefined where there is no cgroup v2, or we are not root. */
export function ownCgroupRoot(directory: string): string | undefined {
  const situation = readSituation(process.getuid?.() === 0)
  return situation?.isRoot ? candidate(situation, basename(directory)) : undefined
}

/** Directories of cgroupfs can only be removed one by one, the innermost first. */
export function removeCgroups(path: string): void {
  if (!existsSync(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroups(join(path, entry.name))
  }
  rmdirSync(path)
}
