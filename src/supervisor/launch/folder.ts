/**
 * A folder held open while something is done in it. Root walks through folders here that others may write to: a link that
 * one of them put there is not followed, not even one put there while we look (openat(2), by way of /proc/self/fd).
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'

/** Missing folders are made: with the first mode on the way, with the second at its end. */
export interface Making {
  readonly between: number
  readonly last: number
}

export class Folder {
  /** For sentences. */
  readonly path: string
  /** Nobody but root and ourselves can replace it, or anything in it that is not theirs. */
  readonly isOurs: boolean
  /** Others may add to it. */
  readonly isShared: boolean
  readonly #fd: number

  private constructor(path: string, fd: number, isReachedSafely: boolean) {
    this.path = path
    this.#fd = fd
    const found = fstatSync(fd)
    this.isOurs = isReachedSafely && isClosed(found)
    this.isShared = (found.mode & 0o022) !== 0
  }

  /** To be closed. Fails as open(2) does, or with the name of a link that somebody else made. */
  static open(path: string, making?: Making): Folder {
    const names = namesOf(path)
    let folder = Folder.#top(true)
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const here = folder
      const mode = names.length === 0 ? making?.last : making?.between
      try {
        folder = here.#enter(name, mode) ?? here.#follow(name, names)
      } finally {
        here.close()
      }
    }
    return folder
  }

  static #top(isReachedSafely: boolean): Folder {
    return new Folder('/', openSync('/', folderFlags), isReachedSafely)
  }

  /** For calls that want a path. */
  get place(): string {
    return `/proc/self/fd/${this.#fd}`
  }

  /** Whatever is called so in it by now: for calls that do not follow links. */
  at(name: string): string {
    return `${this.place}/${name}`
  }

  /** To be closed. Fails with ENOTDIR where it is something else, a link among others. */
  child(name: string): Folder {
    return new Folder(join(this.path, name), openSync(this.at(name), folderFlags), this.isOurs)
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** Undefined: it is a link. */
  #enter(name: string, mode: number | undefined): Folder | undefined {
    try {
      return this.child(name)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTDIR' && lstatSync(this.at(name)).isSymbolicLink()) return undefined
      if (code !== 'ENOENT' || mode === undefined) throw error
    }
    mkdirSync(this.at(name), { mode })
    return this.child(name)
  }

  /** Puts where the link leads before the `names` that are still to be walked. */
  #follow(name: string, names: string[]): Folder {
    const link = this.at(name)
    if (!isTrusted(lstatSync(link).uid) || !isClosed(fstatSync(this.#fd)))
      throw new Error(`${join(this.path, name)} is a symbolic link that somebody else made`)
    // Of links that lead in a circle, the kernel says so.
    statSync(link)
    const target = readlinkSync(link)
    names.unshift(...namesOf(target))
    return target.startsWith('/') ? Folder.#top(this.isOurs) : this.child('.')
  }
}

interface Owned {
  readonly uid: number
  readonly mode: number
}

/** In a sticky folder (/tmp) everybody may add, and nobody replaces what is another's. */
const isClosed = ({ uid, mode }: Owned): boolean =>
  isTrusted(uid) && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0)

export const isTrusted = (uid: number): boolean => uid === 0 || uid === process.getuid?.()

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.')

/** O_PATH, which node does not name: no right to read is needed, and nothing happens to what is opened. */
export const onlyThePath = 0o10000000
const folderFlags = onlyThePath | constants.O_DIRECTORY | constants.O_NOFOLLOW
