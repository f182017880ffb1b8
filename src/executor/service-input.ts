/** What a service reads: bytes written down before it starts, or a pipe that others write to while it runs. */
import { execFileSync } from 'node:child_process'
import { constants, lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { GitprocError } from '../base/error.ts'
import type { InputSource } from './launch-spec.ts'

/** Where the two kinds lie: a pipe is the invocation's, so that all its main processes have the same one. */
export interface InputPlaces {
  readonly process: string
  readonly invocation: string
}

const dataIn = ({ process }: InputPlaces): string => join(process, 'stdin')
const pipeIn = (invocation: string): string => join(invocation, 'input')

/** The one word by which the shim is told: a file, `pipe:` and its path, or `socket`. Empty: nothing to read. */
export const inputWord = (stdin: InputSource, places: InputPlaces): string => {
  switch (stdin.kind) {
    case 'null':
      return ''
    case 'file':
      return stdin.path
    case 'data':
      return dataIn(places)
    case 'pipe':
      return `pipe:${pipeIn(places.invocation)}`
    case 'socket':
      return 'socket'
  }
}

/** What has to be there before the shim starts. */
export const makeInput = (stdin: InputSource, places: InputPlaces, mkfifo: string | undefined): void => {
  if (stdin.kind === 'data') writeFileSync(dataIn(places), stdin.base64, { encoding: 'base64', mode: 0o600 })
  if (stdin.kind === 'pipe') makePipe(pipeIn(places.invocation), mkfifo)
}

const makePipe = (path: string, mkfifo: string | undefined): void => {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFIFO()) return
  if (mkfifo === undefined)
    throw new GitprocError('executor/unsupported', 'the program `mkfifo` is not installed')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  execFileSync(mkfifo, ['-m', '600', path])
}

/** How long a service may take to make room in its pipe. */
const patienceMs = 2000
const roundMs = 20
/** What a pipe takes whole or not at all. */
const wholeBytes = 4096

/** Writes to the pipe of a running invocation, whoever of the daemons made it. Fails with `executor/input`. */
export const sendInput = async (invocation: string, data: Uint8Array): Promise<void> => {
  const pipe = await open(
    pipeIn(invocation),
    constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW,
  ).catch((cause: NodeJS.ErrnoException) => {
    throw unread(
      cause.code === 'ENXIO' ? 'it has closed its input' : `it has no pipe (${cause.code})`,
      0,
      cause,
    )
  })
  let sent = 0
  const giveUpAt = performance.now() + patienceMs
  try {
    while (sent < data.length) {
      const part = data.subarray(sent, sent + wholeBytes)
      const written = await pipe.write(part).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EAGAIN') throw unread('it has closed its input', sent, cause)
      })
      sent += written?.bytesWritten ?? 0
      if (written !== undefined) continue
      if (performance.now() > giveUpAt) throw unread('it does not read, its pipe is full', sent, undefined)
      await pause(roundMs)
    }
  } finally {
    await pipe.close()
  }
}

const unread = (why: string, sent: number, cause: unknown): GitprocError =>
  new GitprocError('executor/input', `${why}; ${sent} bytes were sent`, { cause })
