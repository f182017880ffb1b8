/** How far a stream's file is to be cut, and which archives have to go. Pure. */
import type { LogLimits } from './log-limits.ts'
import type { StreamHead } from './stream-head.ts'
import type { ArchiveName } from './unit-directory.ts'

export interface Cut {
  /** Logical offsets: what lies before `from` is dropped, `from` to `to` archived. */
  readonly from: number
  readonly to: number
}

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
  const blocksEnd = (offset: number): number =>
    head.shift + Math.floor((offset - head.shift) / blockBytes) * blockBytes
  const end = head.shift + fileBytes
  const lastCut = blocksEnd(end - 1)
  if (end - head.start < limits.maxSizeBytes || lastCut <= head.start) return undefined
  const keepBytes = limits.maxSizeBytes * (limits.maxFiles + 1)
  const from = Math.min(lastCut, Math.max(head.start, blocksEnd(end - keepBytes)))
  if (limits.maxFiles === 0) return { from: lastCut, to: lastCut }
  return { from, to: Math.min(lastCut, blocksEnd(from + Math.max(limits.maxSizeBytes, blockBytes))) }
}

/** The archives beyond the number that is kept, and those of which all is older than `expiredOffset`; oldest first. */
export const surplusArchives = (
  archives: readonly ArchiveName[],
  maxFiles: number,
  expiredOffset: number,
): readonly ArchiveName[] =>
  archives.filter((archive, i) => i < archives.length - maxFiles || archive.to <= expiredOffset)
