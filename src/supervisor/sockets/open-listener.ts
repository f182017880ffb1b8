/** Makes one listening socket or FIFO as a unit's settings say (systemd.socket(5)). */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { getSystemErrorName } from 'node:util'
import type { SocketSettings } from '../../units/directives/tables.ts'
import type { ListenAddress } from '../../units/values.ts'
import type { LibC } from '../lib-c.ts'
import type { SocketOwner } from './held-sockets.ts'
import { AF_UNIX, type SocketAddress, socketAddressOf } from './socket-address.ts'
import { type SocketOption, socketOptions } from './socket-options.ts'

export interface Listener {
  readonly fd: number
  readonly notTaken: readonly string[]
}

/** Throws an Error that names the address and what failed. */
export const openListener = (
  listen: ListenAddress,
  settings: SocketSettings,
  owner: SocketOwner,
  libC: LibC,
): Listener => {
  try {
    if (listen.kind === 'FIFO') return openFifo(listen.address, settings, owner, libC)
    const address = socketAddressOf(listen)
    if (address === undefined) throw new Error('gitproc does not listen on such addresses')
    return openSocket(address, settings, owner, libC)
  } catch (error) {
    throw new Error(`Listen${listen.kind}=${listen.address}: ${(error as Error).message}`, { cause: error })
  }
}

const openSocket = (
  address: SocketAddress,
  settings: SocketSettings,
  owner: SocketOwner,
  libC: LibC,
): Listener => {
  const protocol = settings.SocketProtocol === undefined ? 0 : protocols[settings.SocketProtocol]
  const fd = must(libC, 'socket', libC.socket(address.family, address.type | SOCK_CLOEXEC, protocol))
  try {
    const notTaken = applyOptions(fd, socketOptions(settings, address), libC)
    bind(fd, address, settings, libC)
    if (address.path !== undefined) own(address.path, settings, owner)
    if (address.type !== SOCK_DGRAM)
      must(libC, 'listen', libC.listen(fd, Math.min(settings.Backlog, 2 ** 31 - 1)))
    return { fd, notTaken }
  } catch (error) {
    libC.close(fd)
    throw error
  }
}

const protocols = { udplite: 136, sctp: 132, mptcp: 262 } as const

const applyOptions = (fd: number, options: readonly SocketOption[], libC: LibC): readonly string[] =>
  options.flatMap(({ directive, level, name, value, isVital }) => {
    if (libC.setsockopt(fd, level, name, value, value.length) === 0) return []
    const why = errnoName(libC)
    if (isVital) throw new Error(`${directive}=: ${why}`)
    return [`${directive}= (${why})`]
  })

/** A socket that nobody listens on any more, of an earlier run, is in the way and goes. */
const bind = (
  fd: number,
  { family, bytes, path }: SocketAddress,
  settings: SocketSettings,
  libC: LibC,
): void => {
  if (path !== undefined) mkdirSync(dirname(path), { recursive: true, mode: settings.DirectoryMode })
  if (libC.bind(fd, bytes, bytes.length) === 0) return
  const why = errnoName(libC)
  if (why !== 'EADDRINUSE' || family !== AF_UNIX || path === undefined) throw new Error(`bind: ${why}`)
  if (!statSync(path).isSocket()) throw new Error('bind: the file that is there is no socket')
  unlinkSync(path)
  must(libC, 'bind', libC.bind(fd, bytes, bytes.length))
}

const openFifo = (path: string, settings: SocketSettings, owner: SocketOwner, libC: LibC): Listener => {
  mkdirSync(dirname(path), { recursive: true, mode: settings.DirectoryMode })
  if (libC.mkfifo(path, settings.SocketMode) !== 0 && errnoName(libC) !== 'EEXIST')
    throw new Error(`mkfifo: ${errnoName(libC)}`)
  if (!statSync(path).isFIFO()) throw new Error('the file that is there is no FIFO')
  // For reading and writing: a reader that waits for a first writer would wait here.
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  try {
    own(path, settings, owner)
    const isSized = settings.PipeSize <= 0 || libC.fcntl(fd, F_SETPIPE_SZ, 'int', settings.PipeSize) >= 0
    return { fd, notTaken: isSized ? [] : [`PipeSize= (${errnoName(libC)})`] }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Mode, owner and other names of what lies in the file system. */
const own = (path: string, { SocketMode, Symlinks }: SocketSettings, { uid, gid }: SocketOwner): void => {
  const found = statSync(path)
  if (found.uid !== uid || found.gid !== gid) chownSync(path, uid, gid)
  chmodSync(path, SocketMode)
  for (const link of Symlinks) {
    mkdirSync(dirname(link), { recursive: true, mode: 0o755 })
    linkOrReplace(path, link)
  }
}

const linkOrReplace = (path: string, link: string): void => {
  try {
    symlinkSync(path, link)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

const must = (libC: LibC, call: string, answer: number): number => {
  if (answer < 0) throw new Error(`${call}: ${errnoName(libC)}`)
  return answer
}

const errnoName = (libC: LibC): string => getSystemErrorName(-libC.errno())

const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const F_SETPIPE_SZ = 1031
