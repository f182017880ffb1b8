/** What path units wait for, looked at now (systemd.path(5)). */
import { existsSync, readdirSync, statSync } from 'node:fs'
import type { PathWatch } from '../../units/values.ts'
import { HostFiles } from '../conditions/host-files.ts'
import { matchingPaths } from '../conditions/path-glob.ts'

export const isAnyFound = (paths: readonly PathWatch[]): boolean => paths.some(isFound)

const isFound = ({ kind, path }: PathWatch): boolean => {
  switch (kind) {
    case 'PathExists':
      return existsSync(path)
    case 'PathExistsGlob':
      return matchingPaths(path, new HostFiles()).length > 0
    case 'DirectoryNotEmpty':
      return hasEntries(path)
    case 'PathChanged':
    case 'PathModified':
      return false
  }
}

const hasEntries = (path: string): boolean => {
  try {
    return readdirSync(path).length > 0
  } catch {
    return false
  }
}

/** Inode, size and times of what is watched for changes. */
export const markOf = (paths: readonly PathWatch[]): string =>
  paths
    .filter(({ kind }) => kind === 'PathChanged' || kind === 'PathModified')
    .map(({ path }) => {
      const found = statSync(path, { throwIfNoEntry: false, bigint: true })
      return found === undefined ? '-' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ')
    })
    .join('\n')
