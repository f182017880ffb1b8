/** A device as cgroup v2 names it: `8:0`. */
import { existsSync, readFileSync, statSync } from 'node:fs'

/**
 * Of a block device, or of the one that a file lies on; of a partition it is the whole disk, for only disks are scheduled
 * (systemd.resource-control(5)). Undefined: there is none behind it.
 */
export function deviceNumber(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  const device = stat.isBlockDevice() ? stat.rdev : stat.dev
  const name = `${major(device)}:${minor(device)}`
  const place = `/sys/dev/block/${name}`
  if (!existsSync(place)) return undefined
  return existsSync(`${place}/partition`) ? readFileSync(`${place}/../dev`, 'utf8').trim() : name
}

/** As glibc's makedev(3) puts them together. */
const major = (device: number): number => Number((BigInt(device) >> 8n) & 0xfffn)
const minor = (device: number): number =>
  Number((BigInt(device) & 0xffn) | ((BigInt(device) >> 12n) & 0xfff00n))
