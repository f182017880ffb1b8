/** A network namespace that a process was started in (`unshare --net`): its loopback device is down until somebody brings it up. */
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import { GitprocError } from '../../base/error.ts'

const inet = 2
const datagram = 2
/** SIOCSIFFLAGS of netdevice(7). */
const setFlags = 0x8914
/** IFF_UP and IFF_RUNNING. */
const upAndRunning = 65

/** Brings the loopback device up. Fails `executor/unsupported`. */
export const raiseLoopback = (): void => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
  const library = koffi.load(null)
  const socket = library.func('int socket(int, int, int)')
  const ioctl = library.func('int ioctl(int, ulong, _Inout_ uint8_t *)')
  const close = library.func('int close(int)')
  const request = Buffer.alloc(40)
  request.write('lo')
  request.writeUInt16LE(upAndRunning, 16)
  const fd = socket(inet, datagram, 0)
  const result = ioctl(fd, setFlags, request)
  close(fd)
  if (result < 0)
    throw new GitprocError(
      'executor/unsupported',
      'the loopback device of a private network cannot be brought up',
    )
}
