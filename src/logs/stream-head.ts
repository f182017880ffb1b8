/**
 * Where a stream's file begins in the stream: which part of it rotation has moved to archives, and how far the freeing of
 * that part has come. Written before each step, so that whoever comes after a crash knows which step may be half done.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { fileMode, headPath, listArchives, type StreamName } from './unit-directory.ts'

export interface StreamHead {
  /** Logical offset of the file's first byte. */
  readonly shift: number
  /** Logical offset from which on the file is to be read; what lies before is archived, or dropped. */
  readonly start: number
  /**
   * `punch`: the file from `shift` to `start` is to be turned into a hole. `collapse`: that is done for its first block,
   * and the range is to be cut out of the file, after which `shift` is `start`.
   */
  readonly pending?: 'punch' | 'collapse'
}

export const untouchedHead: StreamHead = { shift: 0, start: 0 }

export const encodeHead = (head: StreamHead): string => JSON.stringify({ version: 1, ...head })

/** What the head file says, or what is most likely where it can't be understood. */
export const readHead = (directory: string, stream: StreamName): StreamHead =>
  recallHead(directory, stream) ?? likelyHead(directory, stream)

/** A stream that was never rotated has no such file. Undefined for one that a disk has damaged. */
export const recallHead = (directory: string, stream: StreamName): StreamHead | undefined => {
  const text = readIfThere(headPath(directory, stream))
  return text === undefined ? untouchedHead : decodeHead(text)
}

/** As it is after a rotation: the file begins where the last archive ends. At the worst some lines are there twice. */
export const likelyHead = (directory: string, stream: StreamName): StreamHead => {
  const start = listArchives(directory, stream).at(-1)?.to ?? 0
  return { shift: start, start }
}

const decodeHead = (text: string): StreamHead | undefined => {
  try {
    const { shift, start, pending } = JSON.parse(text) as StreamHead
    const isHead =
      Number.isSafeInteger(shift) &&
      Number.isSafeInteger(start) &&
      [undefined, 'punch', 'collapse'].includes(pending)
    if (!isHead) return undefined
    return pending === undefined ? { shift, start } : { shift, start, pending }
  } catch {
    return undefined
  }
}

export const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** On disk when it resolves: the step that follows can't be undone. */
export const writeHead = async (path: string, head: StreamHead): Promise<void> => {
  const fresh = temporaryOf(path)
  await writeFile(fresh, encodeHead(head), { mode: fileMode, flush: true })
  await rename(fresh, path)
}

/** The same, for one who can't wait. */
export const writeHeadNow = (path: string, head: StreamHead): void => {
  const fresh = temporaryOf(path)
  writeFileSync(fresh, encodeHead(head), { mode: fileMode, flush: true })
  renameSync(fresh, path)
}

const temporaryOf = (path: string): string => `${path}.tmp`
