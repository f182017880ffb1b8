/** How far a stream's file is to be cut, and which archives have to go. Pure. */
import type { LogLimits } from './log-limits.ts'
import type { StreamHead } from './stream-head.ts'
import type { ArchiveName } from './unit-directory.ts'

export interface Cut {
  /** Logical offsets: what lies before `from` is dropped, `from` to `to` archived. */
  readonly from: number
  readonly to: number
  /** The archives that it makes. */
  readonly archives: readonly ArchiveName[]
}

/** A burst is left alone until the file is so many times too long: cutting a file makes its writer wait. */
const burstFactor = 16

/** Growth between two looks from which on it is a burst, as a share of the limit. */
const burstShare = 1 / 16

/** What goes on for longer is no burst. */
const burstMs = 2000

export interface Growth {
  /** How long the file is. */
  readonly liveBytes: number
  /** Since the look before. */
  readonly grownBytes: number
  /** For how long the file has been over its limit. */
  readonly overForMs: number
}

/** Whether a stream should be rotated now. */
export const isDue = ({ liveBytes, grownBytes, overForMs }: Growth, limits: LogLimits): boolean =>
  liveBytes >= limits.maxSizeBytes &&
  (grownBytes < limits.maxSizeBytes * burstShare || overForMs >= burstMs || isUrgent(liveBytes, limits))

/** Whether it can't wait for the services' work any more. */
export const isUrgent = (liveBytes: number, { maxSizeBytes }: LogLimits): boolean =>
  liveBytes >= maxSizeBytes * burstFactor

/**
 * Undefined while there is room. Cuts at whole blocks of the file and leaves at least its last byte, as fallocate(2)
 * asks. More than the caps allow in all (it is written faster than we pack) is dropped from the front.
 */
export const planCut = (
  head: StreamHead,
  fileBytes: number,
  blockBytes: number,
  limits: LogLimits,
): Cut | undefined => {
  const wholeBlocks = (bytes: number): number => Math.floor(bytes / blockBytes) * blockBytes
  const end = head.shift + fileBytes
  const to = head.shift + wholeBlocks(fileBytes - 1)
  if (end - head.start < limits.maxSizeBytes || to <= head.start) return undefined
  const archiveBytes = Math.max(blockBytes, wholeBlocks(limits.maxSizeBytes))
  const from = Math.max(head.start, to - archiveBytes * limits.maxFiles)
  const archives: ArchiveName[] = []
  for (let at = from; at < to; at += archiveBytes)
    archives.push({ from: at, to: Math.min(to, at + archiveBytes) })
  return { from, to, archives }
}

/** The archives beyond the number that is kept, and those of which all is older than `expiredOffset`; oldest first. */
export const surplusArchives = (
  archives: readonly ArchiveName[],
  maxFiles: number,
  expiredOffset: number,
): readonly ArchiveName[] =>
  archives.filter((archive, i) => i < archives.length - maxFiles || archive.to <= expiredOffset)
