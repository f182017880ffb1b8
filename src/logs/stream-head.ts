/**
 * Where a stream's file begins in the stream: which part of it rotation has moved to archives, and how far the freeing of
 * that part has come. Written before each step, so that whoever comes after a crash knows which step may be half done.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
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

/** On disk when it returns: the step that follows can't be undone. */
export const writeHead = (path: string, head: StreamHead): void => {
  const fresh = `${path}.tmp`
  const fd = openSync(fresh, 'w', fileMode)
  try {
    writeSync(fd, encodeHead(head))
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(fresh, path)
}
