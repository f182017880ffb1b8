/**
 * Tells when somebody has come to a socket, without taking anything off it: the kernel sends SIGIO (fcntl(2), O_ASYNC),
 * and poll(2) tells which it was. Nothing is asked while nothing happens.
 */
import type { LibC } from '../lib-c.ts'

interface Watch {
  readonly fds: readonly number[]
  readonly callback: () => void
}

export class ReadableWatch {
  readonly #libC: LibC
  readonly #watches = new Set<Watch>()

  constructor(libC: LibC) {
    this.#libC = libC
    process.on('SIGIO', this.#look)
  }

  /** Calls back once, never before it returns. */
  add(fds: readonly number[], callback: () => void): () => void {
    const watch = { fds, callback }
    this.#watches.add(watch)
    for (const fd of fds) this.#setAsync(fd, true)
    // Who came before is announced by no signal.
    queueMicrotask(this.#look)
    return () => this.#remove(watch)
  }

  close(): void {
    for (const watch of [...this.#watches]) this.#remove(watch)
    process.off('SIGIO', this.#look)
    // A signal on its way would end the process otherwise.
    if (!process.listeners('SIGIO').includes(ignoreLateSignal)) process.on('SIGIO', ignoreLateSignal)
  }

  readonly #look = (): void => {
    for (const watch of [...this.#watches]) {
      if (!this.#watches.has(watch) || !isReadable(watch.fds, this.#libC)) continue
      this.#remove(watch)
      watch.callback()
    }
  }

  #remove(watch: Watch): void {
    if (this.#watches.delete(watch)) for (const fd of watch.fds) this.#setAsync(fd, false)
  }

  /** The service has the same open file: its other flags are its own. */
  #setAsync(fd: number, isOn: boolean): void {
    const flags = this.#libC.fcntl(fd, F_GETFL, 'int', 0)
    if (flags < 0) return
    if (isOn) this.#libC.fcntl(fd, F_SETOWN, 'int', process.pid)
    this.#libC.fcntl(fd, F_SETFL, 'int', isOn ? flags | O_ASYNC : flags & ~O_ASYNC)
  }
}

const ignoreLateSignal = (): void => {}

/** Something to read, or a connection to accept. */
export const isReadable = (fds: readonly number[], libC: LibC): boolean => {
  const entries = Buffer.alloc(8 * fds.length)
  for (const [index, fd] of fds.entries()) {
    entries.writeInt32LE(fd, 8 * index)
    entries.writeInt16LE(POLLIN, 8 * index + 4)
  }
  return libC.poll(entries, fds.length, 0) > 0
}

const POLLIN = 1
const F_GETFL = 3
const F_SETFL = 4
const F_SETOWN = 8
const O_ASYNC = 0o20000
