/** Runs beside a child that writes into a file: passes on what it writes, and ends the child when nothing comes any more. */
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'

export interface Patience {
  /** Without a word of output. */
  readonly silentMs: number
  /** With output or without. */
  readonly totalMs: number
  /** How often is looked; the file may be written by another kernel, which no watch would tell of. */
  readonly lookMs: number
}

/** Until the child has ended; gives why it was made to, or undefined. */
export async function followOutput(
  child: ChildProcess,
  file: string,
  { silentMs, totalMs, lookMs }: Patience,
  pass: (text: Buffer) => void,
): Promise<string | undefined> {
  const fd = openSync(file, 'r')
  const startedAt = performance.now()
  let heardAt = startedAt
  let why: string | undefined
  const look = (): void => {
    if (passOn(fd, pass)) heardAt = performance.now()
    const now = performance.now()
    if (now - heardAt > silentMs) why = `there was no output for ${words(silentMs)}`
    else if (now - startedAt > totalMs) why = `it took more than ${words(totalMs)}`
    if (why !== undefined) child.kill('SIGKILL')
  }
  const looking = setInterval(look, lookMs)
  try {
    await new Promise((resolve) => child.once('exit', resolve))
    passOn(fd, pass)
    return why
  } finally {
    clearInterval(looking)
    closeSync(fd)
  }
}

/** Whether there was anything. */
function passOn(fd: number, pass: (text: Buffer) => void): boolean {
  let isNew = false
  for (;;) {
    const piece = Buffer.alloc(65_536)
    const length = readSync(fd, piece)
    if (length === 0) return isNew
    pass(piece.subarray(0, length))
    isNew = true
  }
}

const words = (ms: number): string => (ms < 60_000 ? `${ms} ms` : `${ms / 60_000} minutes`)
