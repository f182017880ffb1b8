/**
 * posix_spawn(3) of libc. Node's own `spawn` forks, which copies the page tables of the whole daemon: 2.7 ms a launch
 * where this takes 0.7, and the more the bigger the daemon is. Where it can't be loaded, Node's is used.
 */
import type { Clock } from '../base/clock.ts'
import { encodeBytes } from '../base/lossless-text.ts'
import { type CFunction, type CLibrary, loadCLibrary } from './c-library.ts'
import { Gate } from './gate.ts'
import type { ShimInvocation } from './launch-arguments.ts'

export interface PosixSpawn {
  /** The pid, or the errno of the failure. */
  spawn(
    invocation: ShimInvocation,
    ended: () => void,
  ): Promise<{ readonly pid: number } | { readonly errno: number }>
  close(): void
}

/** POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID, the same in glibc and musl. */
const flags = 0x04 | 0x08 | 0x80
const openReadOnly = 0
const openWriteOnly = 1
/** Each waits in a thread of its own until its child has called exec(2); more than the cores gain nothing. */
const spawnsAtOnce = 4
const waitNoHang = 1
/** After SIGCHLD: each child is asked, so those that end, or start, together are asked together. */
const reapAfterMs = 10

/** Undefined where koffi or a function that it needs is missing on this platform. */
export function loadPosixSpawn(clock: Clock): PosixSpawn | undefined {
  try {
    return bindPosixSpawn(clock)
  } catch {
    return undefined
  }
}

function bindPosixSpawn(clock: Clock): PosixSpawn {
  const library = loadCLibrary()
  const libc = callsOf(library)
  const { attributes, actions } = prepare(library)
  const reaper = startReaper(clock, (pid) => libc.waitpid(pid, [0], waitNoHang))
  const gate = new Gate(spawnsAtOnce)
  const spawn: PosixSpawn['spawn'] = ({ file, arguments: words, environment }, ended) =>
    new Promise((resolve, reject) => {
      const pid = [0]
      const variables = Object.entries(environment).map(([name, value]) => cString(`${name}=${value}`))
      const done = (error: Error | null, errno: number): void => {
        if (error === null && errno === 0) reaper.add(pid[0] ?? 0, ended)
        if (error !== null) reject(error)
        else resolve(errno === 0 ? { pid: pid[0] ?? 0 } : { errno })
      }
      libc.posixSpawn.async(
        pid,
        file,
        actions,
        attributes,
        [file, ...words.map(cString), null],
        [...variables, null],
        done,
      )
    })
  return { spawn: (invocation, ended) => gate.pass(() => spawn(invocation, ended)), close: reaper.close }
}

/** koffi writes strings as UTF-8; what is none has to be bytes. */
const cString = (text: string): string | Uint8Array => (text.isWellFormed() ? text : encodeBytes(`${text}\0`))

interface Calls {
  readonly posixSpawn: CFunction
  readonly waitpid: CFunction
}

const callsOf = (library: CLibrary): Calls => ({
  posixSpawn: library(
    'int posix_spawn(_Out_ int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)',
  ),
  waitpid: library('int waitpid(int pid, _Out_ int *status, int options)'),
})

/** All shims start alike: own session, /proc as directory, /dev/null thrice, every signal at its default and unblocked. */
function prepare(call: CLibrary): { readonly attributes: Buffer; readonly actions: Buffer } {
  // Larger than the opaque structures of any libc (glibc: 336 and 80 bytes).
  const attributes = Buffer.alloc(1024)
  const actions = Buffer.alloc(1024)
  const everySignal = Buffer.alloc(128, 0xff)
  call('int posix_spawnattr_init(void *attributes)')(attributes)
  call('int posix_spawnattr_setflags(void *attributes, short flags)')(attributes, flags)
  call('int posix_spawnattr_setsigdefault(void *attributes, void *set)')(attributes, everySignal)
  call('int posix_spawnattr_setsigmask(void *attributes, void *set)')(attributes, Buffer.alloc(128))
  call('int posix_spawn_file_actions_init(void *actions)')(actions)
  call('int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)')(actions, '/proc')
  const open = call(
    'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, int mode)',
  )
  open(actions, 0, '/dev/null', openReadOnly, 0)
  open(actions, 1, '/dev/null', openWriteOnly, 0)
  open(actions, 2, '/dev/null', openWriteOnly, 0)
  closeInherited(call, actions)
  return { attributes, actions }
}

/** What our own starter left open in us without close-on-exec would reach the services. glibc 2.34 and later. */
function closeInherited(call: CLibrary, actions: Buffer): void {
  try {
    call('int posix_spawn_file_actions_addclosefrom_np(void *actions, int from)')(actions, 3)
  } catch {
    // musl lacks it; Node opens all of its own files with close-on-exec.
  }
}

interface Reaper {
  add(pid: number, ended: () => void): void
  close(): void
}

/** Waits for exactly the children that we made: the others are libuv's. */
function startReaper(clock: Clock, hasEnded: (pid: number) => number): Reaper {
  const children = new Map<number, () => void>()
  let isDue = false
  const reap = (): void => {
    isDue = false
    for (const [pid, ended] of children) {
      if (hasEnded(pid) === 0) continue
      children.delete(pid)
      ended()
    }
  }
  const due = (): void => {
    if (isDue || children.size === 0) return
    isDue = true
    clock.at(clock.now() + reapAfterMs, reap)
  }
  process.on('SIGCHLD', due)
  return {
    add: (pid, ended) => {
      children.set(pid, ended)
      // It may have ended before it was known here, and its SIGCHLD with it.
      due()
    },
    close: () => process.off('SIGCHLD', due),
  }
}
