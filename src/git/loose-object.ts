/** Loose objects: one compressed file each (gitformat-loose-object(5)). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateLoose } from './pack/inflate.ts'
import type { GitObject, ObjectType } from './pack/pack-entry.ts'

/** Undefined when there is no such file; throws where it is damaged. */
export const readLooseObject = (objectsDir: string, oid: string): GitObject | undefined => {
  const compressed = readIfThere(loosePath(objectsDir, oid))
  if (compressed === undefined) return undefined
  const raw = inflateLoose(compressed)
  const headerEnd = raw.indexOf(0)
  const header = /^(commit|tree|blob|tag) (\d+)$/.exec(raw.toString('latin1', 0, Math.max(0, headerEnd)))
  const bytes = raw.subarray(headerEnd + 1)
  if (header === null || Number(header[2]) !== bytes.length)
    throw new RangeError('a loose object has no proper header')
  return { type: header[1] as ObjectType, bytes }
}

export const loosePath = (objectsDir: string, oid: string): string =>
  join(objectsDir, oid.slice(0, 2), oid.slice(2))

/** Ids of loose objects that begin with these hex digits (at least two). */
export const looseStartingWith = (objectsDir: string, prefix: string): string[] =>
  list(join(objectsDir, prefix.slice(0, 2)))
    .map((rest) => prefix.slice(0, 2) + rest)
    .filter((oid) => oid.length === 40 && oid.startsWith(prefix))

const readIfThere = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Whether the file system said that a path leads nowhere. */
export const isMissing = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
