/** The answers of path conditions: `ConditionPathExists=`, `ConditionDirectoryNotEmpty=`, … (systemd.unit(5)). */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import type { ConditionPathKind } from '../../units/conditions/kinds.ts'
import { isEncrypted } from './encryption.ts'
import type { HostFiles } from './host-files.ts'
import { mountOf, readMounts } from './mounts.ts'
import { needsUpdate } from './needs-update.ts'
import { anyPathMatches } from './path-glob.ts'

export const judgePath = (kind: ConditionPathKind, path: string, files: HostFiles): boolean => {
  switch (kind) {
    case 'PathExists':
      return files.exists(path)
    case 'PathExistsGlob':
      return anyPathMatches(path, files)
    case 'PathIsDirectory':
      return followed(path, files)?.isDirectory() ?? false
    case 'PathIsSymbolicLink':
      return lstatSync(files.path(path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
    case 'PathIsMountPoint':
      return isMountPoint(path, files)
    case 'PathIsReadWrite':
      return isReadOnly(path, files) === false
    case 'PathIsEncrypted':
      return isEncrypted(followed(path, files), files)
    case 'DirectoryNotEmpty':
      return files.names(path).some((name) => !isHiddenOrBackup(name))
    case 'FileNotEmpty':
      return isFileWith(path, files, (stats) => stats.size > 0)
    case 'FileIsExecutable':
      return isFileWith(path, files, (stats) => (stats.mode & 0o111) !== 0)
    case 'NeedsUpdate':
      return isReadOnly(path, files) !== true && needsUpdate(path, files)
  }
}

const followed = (path: string, files: HostFiles): Stats | undefined => {
  try {
    return statSync(files.path(path))
  } catch {
    return undefined
  }
}

const isFileWith = (path: string, files: HostFiles, test: (stats: Stats) => boolean): boolean => {
  const stats = followed(path, files)
  return stats?.isFile() === true && test(stats)
}

const isMountPoint = (path: string, files: HostFiles): boolean => {
  const real = realPath(path, files)
  return real !== undefined && (real === '/' || readMounts(files).some((mount) => mount.point === real))
}

/** Undefined for what is not there. */
const isReadOnly = (path: string, files: HostFiles): boolean | undefined => {
  const real = realPath(path, files)
  return real === undefined ? undefined : (mountOf(real, readMounts(files))?.isReadOnly ?? false)
}

/** Without links, as seen from the root of these files. */
const realPath = (path: string, files: HostFiles): string | undefined => {
  try {
    const [root, real] = [realpathSync(files.root), realpathSync(files.path(path))]
    return root === '/' ? real : real.slice(root.length) || '/'
  } catch {
    return undefined
  }
}

/** Left by editors and package managers: a folder of nothing else is empty. */
const isHiddenOrBackup = (name: string): boolean =>
  /^\.|~$|\.(?:rpm(?:new|save|orig)|dpkg-(?:old|new|tmp|dist|bak|backup|remove)|ucf-(?:new|old|dist)|swp|bak|old|new)$/.test(
    name,
  ) || name === 'lost+found'
