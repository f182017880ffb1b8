/**
 * Objects by id, from packs, loose files and alternates. Reading is synchronous: an object is a few kilobytes in the page
 * cache, and a promise for each of ten thousand costs more than the reads. Every object is checked against its id.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { isMissing, looseStartingWith, readLooseObject } from './loose-object.ts'
import { LruMap } from './lru-map.ts'
import { objectId } from './object-id.ts'
import type { GitObject, ObjectType } from './pack/pack-entry.ts'
import { PackFile } from './pack/pack-file.ts'

const maxAlternates = 16

/** A tree of more is kept: a folder of ten thousand units is compared with the one before it in several places. */
const largeTreeBytes = 64 * 1024
const largeTreesKept = 3

export class ObjectStore {
  readonly #objectsDir: string
  /** Our own objects and those of the repositories that we borrow from; looked at again at each miss. */
  #directories: readonly string[]
  /** By path of the index file. Opened at the first miss, looked at again at each later one. */
  #packs = new Map<string, PackFile>()
  readonly #largeTrees = new LruMap<string, GitObject>(largeTreesKept)

  constructor(objectsDir: string) {
    this.#objectsDir = objectsDir
    this.#directories = [objectsDir]
  }

  /** Fails `git/unreadable` for a missing or damaged object; the next call looks anew. */
  read(oid: string): GitObject {
    const kept = this.#largeTrees.get(oid)
    if (kept !== undefined) return kept
    const found = this.#guarded(oid, () => this.#find(oid))
    if (found === undefined) throw missingObject(this.#objectsDir, oid)
    if (objectId(found.type, found.bytes) !== oid)
      throw damagedObject(this.#objectsDir, oid, 'its bytes are not what its id says')
    if (found.type === 'tree' && found.bytes.length > largeTreeBytes) this.#largeTrees.set(oid, found)
    return found
  }

  /** Fails `git/unreadable` when the object is of another type, too. */
  readOf(type: ObjectType, oid: string): Buffer {
    const object = this.read(oid)
    if (object.type !== type)
      throw damagedObject(this.#objectsDir, oid, `it is a ${object.type}, not a ${type}`)
    return object.bytes
  }

  /** Ids of all objects that begin with these hex digits (at least two). */
  startingWith(prefix: string): string[] {
    return this.#guarded(prefix, () => {
      this.#openPacks()
      const packed = [...this.#packs.values()].flatMap((pack) => pack.startingWith(prefix))
      const loose = this.#directories.flatMap((directory) => looseStartingWith(directory, prefix))
      return [...new Set([...packed, ...loose])].sort()
    })
  }

  close(): void {
    for (const pack of this.#packs.values()) pack.close()
    this.#packs = new Map()
  }

  #find(oid: string): GitObject | undefined {
    const found = this.#fromPacks(oid) ?? this.#fromLoose(oid)
    if (found !== undefined) return found
    // Not there: `git gc` may have moved it into a pack that we haven't seen yet.
    this.#openPacks()
    return this.#fromPacks(oid) ?? this.#fromLoose(oid)
  }

  #fromPacks(oid: string): GitObject | undefined {
    for (const pack of this.#packs.values()) {
      const offset = pack.find(oid)
      if (offset !== undefined) return pack.read(offset, (base) => this.read(base))
    }
    return undefined
  }

  #fromLoose(oid: string): GitObject | undefined {
    for (const directory of this.#directories) {
      const object = readLooseObject(directory, oid)
      if (object !== undefined) return object
    }
    return undefined
  }

  /** Opens packs that are new, closes those that are gone. */
  #openPacks(): void {
    this.#directories = withAlternates(this.#objectsDir)
    const present = new Map<string, PackFile>()
    for (const path of this.#directories.flatMap(indexFiles)) {
      const pack = this.#packs.get(path) ?? openPack(path)
      if (pack !== undefined) present.set(path, pack)
    }
    for (const [path, pack] of this.#packs) if (!present.has(path)) pack.close()
    this.#packs = present
  }

  #guarded<T>(what: string, read: () => T): T {
    try {
      return read()
    } catch (error) {
      // What is damaged now may be mended by the next pass: hold on to no handle that led to it.
      this.close()
      if (error instanceof GitprocError) throw error
      throw damagedObject(this.#objectsDir, what, (error as Error).message, error)
    }
  }
}

/** The directory and those that it borrows from (gitrepository-layout(5), objects/info/alternates). */
const withAlternates = (objectsDir: string): string[] => {
  const directories = [objectsDir]
  for (const directory of directories) {
    if (directories.length > maxAlternates) break
    directories.push(...alternatesOf(directory).filter((other) => !directories.includes(other)))
  }
  return directories
}

const indexFiles = (objectsDir: string): string[] => {
  const directory = join(objectsDir, 'pack')
  return readdirOrNothing(directory)
    .filter((name) => name.endsWith('.idx'))
    .map((name) => join(directory, name))
}

/** Undefined when `git gc` took it away between listing and opening. */
const openPack = (path: string): PackFile | undefined => {
  try {
    return new PackFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

const alternatesOf = (objectsDir: string): string[] => {
  try {
    const lines = readFileSync(join(objectsDir, 'info/alternates'), 'utf8').split('\n')
    return lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => (isAbsolute(line) ? line : join(objectsDir, line)))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

const readdirOrNothing = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

const missingObject = (objectsDir: string, oid: string): GitprocError =>
  new GitprocError(
    'git/unreadable',
    `object ${oid} is not in ${objectsDir}: the repository is incomplete or damaged`,
    {
      retry: 'later',
      remedy: `git -C ${join(objectsDir, '..')} fsck`,
      data: { oid },
    },
  )

const damagedObject = (objectsDir: string, oid: string, why: string, cause?: unknown): GitprocError =>
  new GitprocError('git/unreadable', `object ${oid} in ${objectsDir} cannot be read: ${why}`, {
    retry: 'later',
    remedy: `git -C ${join(objectsDir, '..')} fsck`,
    data: { oid },
    cause,
  })
