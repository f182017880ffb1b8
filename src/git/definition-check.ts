/** What the definitions of a folder must be to be read: small, all together too, and themselves rather than a stand-in. */
import { GitprocError } from '../base/error.ts'

const mebibyte = 1024 * 1024
const maxFileBytes = mebibyte
const maxFolderBytes = 64 * mebibyte
const lfsPointer = Buffer.from('version https://git-lfs.github.com/spec/')

/** Goes on from what an earlier revision of the folder came to. */
export class DefinitionCheck {
  #total: number

  constructor(total: number) {
    this.#total = total
  }

  /** Bytes of all definitions together. */
  get total(): number {
    return this.#total
  }

  remove(bytes: Uint8Array): void {
    this.#total -= bytes.length
  }

  /** Fails `git/unsupported`: the whole revision is refused. */
  add(path: string, bytes: Uint8Array): void {
    if (bytes.length > maxFileBytes)
      throw refused(
        path,
        `${path} has ${Math.ceil(bytes.length / mebibyte)} MiB, and no definition of more than 1 MiB is read`,
      )
    this.#total += bytes.length
    if (this.#total > maxFolderBytes)
      throw refused(path, 'the definitions of the watched folder have more than 64 MiB, and no more is read')
    if (lfsPointer.equals(bytes.subarray(0, lfsPointer.length))) throw stored(path)
  }
}

const refused = (path: string, message: string): GitprocError =>
  new GitprocError('git/unsupported', message, {
    remedy: 'keep data outside of the folder of the units: path = FOLDER',
    data: { path },
  })

const stored = (path: string): GitprocError =>
  new GitprocError(
    'git/unsupported',
    `${path} is kept by Git LFS: what git has is a pointer, and gitproc reads no LFS`,
    {
      remedy: `git lfs untrack ${path}; git add --renormalize ${path}; then commit`,
      data: { path },
    },
  )
