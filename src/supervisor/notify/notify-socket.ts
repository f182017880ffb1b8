/**
 * The one socket of sd_notify(3): a unix datagram socket that tells who sent each message. Node has no such sockets, so
 * the C library is called by koffi. Readiness costs no thread and no polling: the kernel sends SIGIO when something
 * arrives (fcntl(2), O_ASYNC), and everything that is there is read then.
 */
import { chmodSync, closeSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type koffiModule from 'koffi'
import { type LibC, loadLibC, type MessageHeader } from '../lib-c.ts'
import { holdSocket, takeHeldSocket } from './notify-holder.ts'
import type { Sender } from './notify-message.ts'

/** Descriptors that came along are the listener's to close. */
type Listener = (text: string, sender: Sender, fds: readonly number[]) => void

export interface NotifySocket {
  /** For NOTIFY_SOCKET=. */
  readonly path: string
  /** One listener; messages that come before there is one wait in the kernel. */
  listen(listener: Listener): void
  /** The path stays, and for a while the socket: services go on, and what they say meanwhile is for the next daemon. */
  close(): void
}

/** The socket at `path`, or in one sentence why there can be none: units that need it fail with that sentence. */
export function tryNotifySocket(path: string): NotifySocket | { readonly reason: string } {
  try {
    return openNotifySocket(path)
  } catch (error) {
    return {
      reason: `sd_notify can't be had here: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

/** What an earlier daemon left at the path is taken over where it can be, and replaced otherwise. */
function openNotifySocket(path: string): NotifySocket {
  if (Buffer.byteLength(path) > 107) throw new Error(`the path of its socket is too long: ${path}`)
  const libC = loadLibC(createRequire(import.meta.url)('koffi') as typeof koffiModule)
  const fd = takeHeldSocket(path, libC) ?? bindAnew(path, libC)
  return new DatagramSocket(path, fd, libC)
}

function bindAnew(path: string, libC: LibC): number {
  const fd = must(libC, 'socket', libC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
  const one = Buffer.from([1, 0, 0, 0])
  must(libC, 'setsockopt', libC.setsockopt(fd, SOL_SOCKET, SO_PASSCRED, one, one.length))
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  rmSync(path, { force: true })
  const address = socketAddress(path)
  must(libC, 'bind', libC.bind(fd, address, address.length))
  // Anybody may write, as with systemd's: who it was decides what it counts for (NotifyAccess=).
  chmodSync(path, 0o777)
  return fd
}

class DatagramSocket implements NotifySocket {
  readonly path: string
  readonly #fd: number
  readonly #libC: LibC
  readonly #letGo: () => void
  readonly #payload = Buffer.alloc(64 * 1024)
  /** One control message of credentials, and one of as many descriptors as the kernel lets anybody send. */
  readonly #control = Buffer.alloc(32 + 16 + 4 * 254)
  #listener: Listener = (_text, _sender, fds) => closeAll(fds)

  constructor(path: string, fd: number, libC: LibC) {
    this.#letGo = holdSocket(path, fd)
    this.path = path
    this.#fd = fd
    this.#libC = libC
  }

  listen(listener: Listener): void {
    this.#listener = listener
    process.on('SIGIO', this.#drain)
    must(this.#libC, 'fcntl', this.#libC.fcntl(this.#fd, F_SETOWN, 'int', process.pid))
    must(this.#libC, 'fcntl', this.#libC.fcntl(this.#fd, F_SETFL, 'int', O_NONBLOCK | O_ASYNC))
    this.#drain()
  }

  close(): void {
    this.#libC.fcntl(this.#fd, F_SETFL, 'int', O_NONBLOCK)
    this.#libC.close(this.#fd)
    this.#letGo()
    // The handler stays: a signal on its way would end the process otherwise.
    this.#listener = (_text, _sender, fds) => closeAll(fds)
    process.off('SIGIO', this.#drain)
    if (!process.listeners('SIGIO').includes(ignoreLateSignal)) process.on('SIGIO', ignoreLateSignal)
  }

  readonly #drain = (): void => {
    for (let length = this.#receive(); length >= 0; length = this.#receive()) {
      const { sender, fds } = readControl(this.#control)
      if (sender === undefined) closeAll(fds)
      else this.#listener(this.#payload.toString('utf8', 0, length), sender, fds)
    }
  }

  /** Length of the next message; below 0 where there is none. */
  #receive(): number {
    this.#control.fill(0)
    const header: MessageHeader = {
      msg_name: null,
      msg_namelen: 0,
      msg_iov: [{ iov_base: this.#payload, iov_len: this.#payload.length }],
      msg_iovlen: 1,
      msg_control: this.#control,
      msg_controllen: this.#control.length,
      msg_flags: 0,
    }
    return this.#libC.recvmsg(this.#fd, header, MSG_CMSG_CLOEXEC)
  }
}

const ignoreLateSignal = (): void => {}

interface Control {
  readonly sender: Sender | undefined
  readonly fds: readonly number[]
}

/** struct cmsghdr { size_t len; int level; int type; }, then struct ucred { pid; uid; gid; } or descriptors; zeros at the end. */
function readControl(control: Buffer): Control {
  let read: Control = { sender: undefined, fds: [] }
  for (let at = 0; at + 16 <= control.length; ) {
    const length = Number(control.readBigUInt64LE(at))
    if (length < 16 || at + length > control.length) break
    const isSocketLevel = control.readInt32LE(at + 8) === SOL_SOCKET
    const data = control.subarray(at + 16, at + length)
    const type = isSocketLevel ? control.readInt32LE(at + 12) : -1
    if (type === SCM_CREDENTIALS) read = { ...read, sender: readSender(data) }
    if (type === SCM_RIGHTS) read = { ...read, fds: readNumbers(data) }
    at += (length + 7) & ~7
  }
  return read
}

function readSender(data: Buffer): Sender | undefined {
  const pid = data.readInt32LE(0)
  // 0: a process of a PID namespace that we can't see into.
  return pid > 0 ? { pid, uid: data.readUInt32LE(4) } : undefined
}

const readNumbers = (data: Buffer): readonly number[] =>
  Array.from({ length: Math.floor(data.length / 4) }, (_, index) => data.readInt32LE(4 * index))

const closeAll = (fds: readonly number[]): void => {
  for (const fd of fds) closeSync(fd)
}

function socketAddress(path: string): Buffer {
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1)
  address.writeUInt16LE(AF_UNIX, 0)
  address.write(path, 2)
  return address
}

function must(libC: LibC, call: string, answer: number): number {
  if (answer < 0) throw new Error(`${call} failed with errno ${libC.errno()}`)
  return answer
}

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_PASSCRED = 16
const SCM_RIGHTS = 1
const SCM_CREDENTIALS = 2
const F_SETFL = 4
const F_SETOWN = 8
const O_NONBLOCK = 0o4000
const O_ASYNC = 0o20000
const MSG_CMSG_CLOEXEC = 0x40000000
