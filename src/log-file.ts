/** The file of the daemon's own log: appended to, and set aside under a number when it has grown to its size. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

export interface FileLimits {
  readonly sizeBytes: number
  /** Files in all, the one that is written to among them. */
  readonly kept: number
}

const fileMode = 0o640

/**
 * `daemon.log`, then `daemon.log.1`, `daemon.log.2`, … the older the higher. Where nothing can be written (a full disk), lines
 * are lost here but counted; the first one that can be written again is preceded by how many.
 */
export class LogFile {
  readonly #path: string
  readonly #limits: FileLimits
  #fd: number | undefined
  #sizeBytes = 0
  #lost = 0

  constructor(path: string, limits: FileLimits) {
    this.#path = path
    this.#limits = limits
    this.#open()
  }

  /** Whole lines. Never throws. */
  append(text: string): void {
    try {
      if (this.#sizeBytes > 0 && this.#sizeBytes + text.length > this.#limits.sizeBytes) this.#rotate()
      if (this.#fd === undefined) this.#open()
      if (this.#lost > 0) this.#put(lostLine(this.#lost))
      this.#lost = 0
      this.#put(text)
    } catch {
      this.#lost += text.split('\n').length - 1
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #open(): void {
    this.#fd = openSync(this.#path, 'a', fileMode)
    this.#sizeBytes = fstatSync(this.#fd).size
  }

  #put(text: string): void {
    const bytes = Buffer.from(text)
    for (let written = 0; written < bytes.length; ) {
      const count = writeSync(this.#fd as number, bytes, written)
      written += count
      this.#sizeBytes += count
    }
  }

  #rotate(): void {
    this.close()
    const { kept } = this.#limits
    rmSync(this.#numbered(kept - 1), { force: true })
    for (let number = kept - 2; number >= 0; number--) this.#renameUp(number)
    this.#open()
  }

  #renameUp(number: number): void {
    try {
      renameSync(this.#numbered(number), this.#numbered(number + 1))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  #numbered(number: number): string {
    return number === 0 ? this.#path : `${this.#path}.${number}`
  }
}

const lostLine = (count: number): string =>
  `${JSON.stringify({ time: new Date().toISOString(), level: 'warn', message: 'lines of this log could not be written', count })}\n`
