/** What is mounted where, from /proc/self/mountinfo (proc(5)). */
import type { HostFiles } from './host-files.ts'

export interface Mount {
  readonly point: string
  /** By its own options or by those of its file system. */
  readonly isReadOnly: boolean
}

export const readMounts = (files: HostFiles): readonly Mount[] =>
  files.lines('/proc/self/mountinfo').flatMap(parseMount)

/** The mount that an absolute path without links lies on: the longest point, the latest of equals. */
export const mountOf = (path: string, mounts: readonly Mount[]): Mount | undefined => {
  let found: Mount | undefined
  for (const mount of mounts) {
    const isAbove = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`)
    if (isAbove && mount.point.length >= (found?.point.length ?? 0)) found = mount
  }
  return found
}

/** `36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/root rw`: the fields before the dash vary in number. */
const parseMount = (line: string): Mount[] => {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , , point, options = ''] = before.split(' ')
  const superOptions = after.split(' ')[2] ?? ''
  if (point === undefined) return []
  const isReadOnly = [options, superOptions].some((list) => list.split(',').includes('ro'))
  return [
    {
      point: point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
      isReadOnly,
    },
  ]
}
