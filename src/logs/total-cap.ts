/** The cap over all units together: what the logs take now, and which archives have to go. */
import { readdirSync, rmSync, type Stats, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TotalLimit } from './log-limits.ts'
import { parseArchiveName, unitsWithLogs } from './unit-directory.ts'

export interface ArchiveFile {
  readonly path: string
  readonly bytes: number
  /** When it was packed. */
  readonly atMs: number
}

export interface Usage {
  /** Everything in the units' directories, as the disk counts it. */
  readonly bytes: number
  readonly archives: readonly ArchiveFile[]
}

/** What has to be written before it is worth while to look again, as a share of the limit. */
const lookShare = 1 / 64

export class TotalCap {
  private readonly directory: string
  private readonly limit: TotalLimit
  private limitBytes: number | undefined
  /** Not known at first what there is: the first growth makes us look. */
  private grownBytes = Number.POSITIVE_INFINITY

  constructor(directory: string, limit: TotalLimit) {
    this.directory = directory
    this.limit = limit
  }

  /** True where so much was written since the last time that it is to be enforced again. */
  isDueAfter(grownBytes: number): boolean {
    if (grownBytes === 0) return false
    this.grownBytes += grownBytes
    this.limitBytes ??= limitBytesOf(this.limit, this.directory)
    return this.grownBytes >= this.limitBytes * lookShare
  }

  /** Removes archives until the rest is within the limit; gives what is still too much. */
  dropArchives(): { readonly dropped: number; readonly overBytes: number } {
    const limit = limitBytesOf(this.limit, this.directory)
    this.limitBytes = limit
    this.grownBytes = 0
    const usage = usageOf(this.directory)
    const archives = archivesToDrop(usage, limit)
    for (const { path } of archives) rmSync(path, { force: true })
    const freed = archives.reduce((sum, { bytes }) => sum + bytes, 0)
    return { dropped: archives.length, overBytes: Math.max(0, usage.bytes - freed - limit) }
  }
}

const limitBytesOf = (limit: TotalLimit, directory: string): number => {
  if (limit.kind === 'bytes') return limit.bytes
  const { blocks, bsize } = statfsSync(directory)
  return (blocks * bsize * limit.percent) / 100
}

/** Pure. The oldest, whosesoever they are, until the rest is within the limit. */
export const archivesToDrop = ({ bytes, archives }: Usage, limit: number): readonly ArchiveFile[] => {
  const oldestFirst = archives.toSorted((a, b) => a.atMs - b.atMs)
  let over = bytes - limit
  return oldestFirst.filter((archive) => {
    if (over <= 0) return false
    over -= archive.bytes
    return true
  })
}

/** Units that are gone count too: their logs are still there. */
export const usageOf = (root: string): Usage => {
  const archives: ArchiveFile[] = []
  let bytes = 0
  for (const unit of unitsWithLogs(root)) {
    for (const file of filesIn(join(root, unit))) {
      const path = join(root, unit, file)
      const stat = statSync(path, { throwIfNoEntry: false })
      if (stat === undefined) continue
      bytes += bytesOnDisk(stat)
      if (isArchive(file)) archives.push({ path, bytes: bytesOnDisk(stat), atMs: stat.mtimeMs })
    }
  }
  return { bytes, archives }
}

/** Holes take nothing. */
const bytesOnDisk = ({ blocks }: Stats): number => blocks * 512

const isArchive = (file: string): boolean =>
  parseArchiveName('out', file) !== undefined || parseArchiveName('err', file) !== undefined

/** A unit's directory may go at any moment: a person may remove it. */
const filesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
