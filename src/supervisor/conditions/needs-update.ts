/** `ConditionNeedsUpdate=/etc`: whether /usr is newer than what was made from it (systemd-update-done.service(8)). */
import { type BigIntStats, lstatSync } from 'node:fs'
import type { HostFiles } from './host-files.ts'
import { kernelFlag } from './kernel-flag.ts'

export const needsUpdate = (folder: string, files: HostFiles): boolean => {
  const forced = kernelFlag('systemd.condition-needs-update', files)
  if (forced !== undefined) return forced
  const usr = statOf('/usr', files)
  const updated = statOf(`${folder}/.updated`, files)
  if (usr === undefined || updated === undefined) return true
  if (seconds(usr) !== seconds(updated)) return seconds(usr) > seconds(updated)
  // File systems without nanoseconds have them written into the file.
  if (usr.mtimeNs % billion === 0n || updated.mtimeNs % billion > 0n) return usr.mtimeNs > updated.mtimeNs
  const written = /^TIMESTAMP_NSEC="?(\d+)"?$/m.exec(files.text(`${folder}/.updated`) ?? '')?.[1]
  return written === undefined || usr.mtimeNs > BigInt(written)
}

const billion = 1_000_000_000n

const seconds = (stats: BigIntStats): bigint => stats.mtimeNs / billion

const statOf = (path: string, files: HostFiles): BigIntStats | undefined => {
  try {
    return lstatSync(files.path(path), { bigint: true })
  } catch {
    return undefined
  }
}
