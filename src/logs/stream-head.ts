/**
 * Where a stream's file begins in the stream: which part of it rotation has moved to archives, and how far the freeing of
 * that part has come. Written before each step, so that whoever comes after a crash knows which step may be half done.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { fileMode } from './unit-directory.ts'

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

/** A stream that was never rotated has no such file. */
export const readHead = (path: string): StreamHead => {
  const text = readIfThere(path)
  return text === undefined ? untouchedHead : (JSON.parse(text) as StreamHead)
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

/** Atomic, but not forced to the disk: for what can be found out again. */
export const writeHeadNow = (path: string, head: StreamHead): void => {
  const fresh = temporaryOf(path)
  writeFileSync(fresh, encodeHead(head), { mode: fileMode })
  renameSync(fresh, path)
}

const temporaryOf = (path: string): string => `${path}.tmp`
