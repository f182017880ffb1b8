/**
 * One FIFO through which every shim says "look at my directory". It carries no facts: those are in the files, so that a
 * ring which nobody hears is no loss. Shims open it for reading and writing, and so never wait for a reader.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, lstatSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { GitprocError } from '../base/error.ts'

export interface Ring {
  readonly kind: 'main' | 'exit' | 'gone'
  /** The process directory, relative to the run directory. */
  readonly place: string
}

/** Listens until it is called. */
export type StopListening = () => void

export function listenAtDoorbell(
  path: string,
  mkfifo: string | undefined,
  heard: (ring: Ring) => void,
): StopListening {
  makeFifo(path, mkfifo)
  // Read and write: without a writer the FIFO would be at its end all the time.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const socket = openSocket(descriptor)
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const ring = parseRing(line)
      if (ring !== undefined) heard(ring)
    }
  })
  return () => socket.destroy()
}

function openSocket(descriptor: number): Socket {
  try {
    return new Socket({ fd: descriptor, readable: true, writable: false })
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function makeFifo(path: string, mkfifo: string | undefined): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found?.isFIFO()) return
  if (mkfifo === undefined)
    throw new GitprocError('executor/unsupported', 'the program `mkfifo` is not installed')
  rmSync(path, { force: true, recursive: true })
  execFileSync(mkfifo, ['-m', '600', path], { timeout: 10_000 })
}

function parseRing(line: string): Ring | undefined {
  const match = /^(main|exit|gone) (.+)$/.exec(line)
  return match === null ? undefined : { kind: match[1] as Ring['kind'], place: match[2] ?? '' }
}
