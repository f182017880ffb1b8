/** The few calls of the C library that node has no words for. */
import type koffiModule from 'koffi'

export interface MessageHeader {
  readonly msg_name: null
  readonly msg_namelen: number
  readonly msg_iov: readonly { readonly iov_base: Buffer; readonly iov_len: number }[]
  readonly msg_iovlen: number
  readonly msg_control: Buffer
  readonly msg_controllen: number
  readonly msg_flags: number
}

export interface LibC {
  socket(domain: number, type: number, protocol: number): number
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number
  bind(fd: number, address: Buffer, length: number): number
  fcntl(fd: number, command: number, type: 'int', argument: number): number
  recvmsg(fd: number, header: MessageHeader, flags: number): number
  close(fd: number): number
  listen(fd: number, backlog: number): number
  accept4(fd: number, address: null, length: null, flags: number): number
  getsockname(fd: number, address: Buffer, length: Buffer): number
  getpeername(fd: number, address: Buffer, length: Buffer): number
  getsockopt(fd: number, level: number, name: number, value: Buffer, length: Buffer): number
  read(fd: number, into: Buffer, length: number): number
  /** `fds`: struct pollfd after struct pollfd. */
  poll(fds: Buffer, count: number, timeoutMs: number): number
  inotify_init1(flags: number): number
  inotify_add_watch(fd: number, path: string, mask: number): number
  mkfifo(path: string, mode: number): number
  /** For calls of the kernel that the library has no name for. */
  syscall(number: number, ...typesAndArguments: readonly (string | number)[]): number
  /** Of the last call. */
  errno(): number
}

/** The library that node itself runs on. */
export function loadLibC(koffi: typeof koffiModule): LibC {
  const library = koffi.load(null)
  const vector = koffi.struct({ iov_base: 'void *', iov_len: 'size_t' })
  const header = koffi.struct({
    msg_name: 'void *',
    msg_namelen: 'uint32_t',
    msg_iov: koffi.pointer(vector),
    msg_iovlen: 'size_t',
    msg_control: 'void *',
    msg_controllen: 'size_t',
    msg_flags: 'int',
  })
  return {
    socket: library.func('socket', 'int', ['int', 'int', 'int']),
    setsockopt: library.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint32_t']),
    bind: library.func('bind', 'int', ['int', 'void *', 'uint32_t']),
    fcntl: library.func('fcntl', 'int', ['int', 'int', '...']),
    recvmsg: library.func('recvmsg', 'long', ['int', koffi.pointer(header), 'int']),
    close: library.func('close', 'int', ['int']),
    listen: library.func('listen', 'int', ['int', 'int']),
    accept4: library.func('accept4', 'int', ['int', 'void *', 'void *', 'int']),
    getsockname: library.func('getsockname', 'int', ['int', 'void *', 'void *']),
    getpeername: library.func('getpeername', 'int', ['int', 'void *', 'void *']),
    getsockopt: library.func('getsockopt', 'int', ['int', 'int', 'int', 'void *', 'void *']),
    read: library.func('read', 'long', ['int', 'void *', 'size_t']),
    poll: library.func('poll', 'int', ['void *', 'ulong', 'int']),
    inotify_init1: library.func('inotify_init1', 'int', ['int']),
    inotify_add_watch: library.func('inotify_add_watch', 'int', ['int', 'str', 'uint32_t']),
    mkfifo: library.func('mkfifo', 'int', ['str', 'uint']),
    syscall: library.func('syscall', 'long', ['long', '...']),
    errno: () => koffi.errno(),
  } as LibC
}
