/**
 * Ends a follower whose reader is gone (`gitproc logs -f | head -1`). A pipe tells that only to one who writes to it, and the
 * next line may be hours away; poll(2) tells it to one who asks.
 */
import { fstatSync } from 'node:fs'
import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import type koffiModule from 'koffi'

const askEveryMs = 300
/** POLLERR | POLLHUP, the same on every Linux. */
const gone = 0x08 | 0x10

/** Until it is called. Where poll(2) can't be had, the next line ends the follower. */
export const endWithReader = (end: () => void): (() => void) => {
  const isGone = fstatSync(process.stdout.fd).isFIFO() ? loadPoll(process.stdout.fd) : undefined
  if (isGone === undefined) return () => {}
  const timer = setInterval(() => {
    if (isGone()) end()
  }, askEveryMs)
  return () => clearInterval(timer)
}

const loadPoll = (fd: number): (() => boolean) | undefined => {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
    const poll = koffi.load(null).func('int poll(_Inout_ void *fds, unsigned long count, int timeout)')
    return () => {
      // struct pollfd: int fd; short events; short revents. Errors are told unasked.
      const entry = new Int32Array([fd, 0])
      const answer: unknown = poll(entry, 1, 0)
      const events = endianness() === 'LE' ? (entry[1] ?? 0) >>> 16 : (entry[1] ?? 0)
      return answer === 1 && (events & gone) !== 0
    }
  } catch {
    return undefined
  }
}
