/**
 * The process that holds a unit's sockets, so that they outlive the daemon: a sleep that inherited them and does nothing.
 * A later daemon takes duplicates out of it by pidfd_getfd(2), so that no protocol is needed between the two.
 */
import { spawn } from 'node:child_process'
import type { ProcessId } from '../../base/process-id.ts'
import type { LibC } from '../lib-c.ts'
import { procFacts } from '../process-facts.ts'

export interface Holder {
  readonly process: ProcessId
  /** Until this is called it ends with the daemon: sockets that nobody knows of would be in everybody's way. */
  confirm(): void
}

/** Where its first socket lies in the holder. */
const firstFd = 3

/** Throws where no process can be made. */
export const spawnHolder = (fds: readonly number[]): Holder => {
  const child = spawn('sh', ['-c', 'read -r _ && exec sleep infinity', 'gitproc-sockets'], {
    cwd: '/',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore', ...fds],
    detached: true,
  })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  const process = child.pid === undefined ? undefined : procFacts.identify(child.pid)
  if (process === undefined) throw new Error('the process that holds them could not be started')
  child.unref()
  return { process, confirm: () => void child.stdin?.end('keep\n') }
}

/** Duplicates of its sockets, in their order. Throws an Error that says why there are none. */
export const takeFromHolder = (
  { pid, startTicks }: ProcessId,
  count: number,
  libC: LibC,
): readonly number[] => {
  const pidfd = libC.syscall(SYS_pidfd_open, 'long', pid, 'long', 0)
  // Checked after it was opened: from then on the pid can't become somebody else's.
  if (pidfd < 0 || procFacts.identify(pid)?.startTicks !== startTicks) {
    if (pidfd >= 0) libC.close(pidfd)
    throw new Error('the process that held them is gone')
  }
  const fds: number[] = []
  try {
    for (let index = 0; index < count; index += 1) {
      const fd = libC.syscall(SYS_pidfd_getfd, 'long', pidfd, 'long', firstFd + index, 'long', 0)
      if (fd < 0) throw new Error(`the process that holds them does not let go (errno ${libC.errno()})`)
      fds.push(fd)
    }
    return fds
  } catch (error) {
    for (const fd of fds) libC.close(fd)
    throw error
  } finally {
    libC.close(pidfd)
  }
}

export const endHolder = ({ pid, startTicks }: ProcessId): void => {
  if (procFacts.identify(pid)?.startTicks === startTicks) process.kill(pid, 'SIGKILL')
}

/** The same on every architecture. */
const SYS_pidfd_open = 434
const SYS_pidfd_getfd = 438
