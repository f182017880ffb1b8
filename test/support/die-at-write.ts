/**
 * Preloaded into a daemon (`node --import`, through NODE_OPTIONS): ends it with SIGKILL at the n-th write to its state
 * directory once it has been armed. Every journal goes through these few system calls, so that no record is missed, and the
 * daemon under test is the one that users run.
 *
 * The file named by DIE_AT arms it: `before 3`, `torn 3` (half of the bytes are written) or `after 3`. Records are counted
 * from the moment the file is there; the last line of the file DIE_AT.log tells which write was the last.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

type Moment = 'before' | 'torn' | 'after'

const orders = process.env['DIE_AT']
const directory = process.env['GITPROC_STATE_DIR']
const isDaemon = process.argv[2] === 'daemon'
const { writeSync, readFileSync, appendFileSync, readlinkSync } = fs
const { rename } = fs.promises
let count = 0

const die = (): void => void process.kill(process.pid, 'SIGKILL')

/** When to die at this write; undefined to live on. */
const momentOfDeath = (path: string, what: string): Moment | undefined => {
  let order: readonly string[]
  try {
    order = readFileSync(orders!, 'utf8').split(' ')
  } catch {
    return undefined
  }
  count += 1
  appendFileSync(`${orders}.log`, `${count} ${path.slice(directory!.length + 1)} ${what}\n`)
  return count === Number(order[1]) ? (order[0] as Moment) : undefined
}

const isState = (path: string): boolean => path.startsWith(`${directory}/`)

if (isDaemon && orders !== undefined && directory !== undefined) {
  fs.writeSync = ((fd: number, bytes: Uint8Array, from?: number | null, ...rest: never[]) => {
    const offset = from ?? 0
    const path = readlinkSync(`/proc/self/fd/${fd}`)
    const moment = isState(path)
      ? momentOfDeath(path, Buffer.from(bytes).toString().trim().slice(0, 200))
      : undefined
    if (moment === 'before') die()
    if (moment === 'torn') {
      writeSync(fd, bytes, offset, Math.floor((bytes.length - offset) / 2))
      die()
    }
    const written = writeSync(fd, bytes, offset, ...rest)
    if (moment === 'after') die()
    return written
  }) as typeof fs.writeSync
  // Whole documents are written beside the old one and renamed: the rename is the write.
  fs.promises.rename = async (from, to) => {
    const moment = isState(String(to)) ? momentOfDeath(String(to), 'renamed') : undefined
    if (moment === 'before' || moment === 'torn') die()
    await rename(from, to)
    if (moment === 'after') die()
  }
  syncBuiltinESMExports()
}
