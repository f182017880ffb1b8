/** Sockets of a real host: made by the C library, held by a process of their own, watched by SIGIO. */
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import type { ProcessId } from '../../base/process-id.ts'
import type { SocketSettings } from '../../units/directives/tables.ts'
import { type LibC, loadLibC } from '../lib-c.ts'
import { acceptOne } from './accept.ts'
import type { HeldSockets, SocketHost, SocketOwner } from './held-sockets.ts'
import { type Listener, openListener } from './open-listener.ts'
import { isReadable, ReadableWatch } from './readable-watch.ts'
import { socketAddressOf } from './socket-address.ts'
import { endHolder, spawnHolder, takeFromHolder } from './socket-holder.ts'

/** Where the C library can't be called, every socket unit fails with the reason. */
export const createSocketHost = (): SocketHost => {
  try {
    return new KernelSockets(loadLibC(createRequire(import.meta.url)('koffi') as typeof koffiModule))
  } catch (error) {
    const refuse = (): never => {
      throw new Error(`no sockets can be made here: ${(error as Error).message}`)
    }
    return {
      open: refuse,
      recover: refuse,
      hold: refuse,
      takeBack: refuse,
      release: () => {},
      close: () => {},
    }
  }
}

class KernelSockets implements SocketHost {
  readonly #libC: LibC
  #watch: ReadableWatch | undefined

  constructor(libC: LibC) {
    this.#libC = libC
  }

  open(settings: SocketSettings, owner: SocketOwner): HeldSockets {
    const listeners: Listener[] = []
    try {
      for (const listen of settings.Listen) listeners.push(openListener(listen, settings, owner, this.#libC))
      const fds = listeners.map(({ fd }) => fd)
      const holder = spawnHolder(fds)
      const notTaken = [...new Set(listeners.flatMap((listener) => listener.notTaken))]
      return this.#held(settings, { fds, notTaken, holder: holder.process, confirm: holder.confirm })
    } catch (error) {
      for (const { fd } of listeners) this.#libC.close(fd)
      throw error
    }
  }

  recover(settings: SocketSettings, holder: ProcessId, count: number): HeldSockets {
    const fds = takeFromHolder(holder, count, this.#libC)
    return this.#held(settings, { fds, notTaken: [], holder, confirm: () => {} })
  }

  hold(fds: readonly number[]) {
    const { process: holder, confirm } = spawnHolder(fds)
    return { holder, confirm }
  }

  takeBack(holder: ProcessId, count: number): readonly number[] {
    return takeFromHolder(holder, count, this.#libC)
  }

  release(holder: ProcessId): void {
    endHolder(holder)
  }

  close(): void {
    this.#watch?.close()
  }

  #held(
    settings: SocketSettings,
    made: Pick<HeldSockets, 'fds' | 'notTaken' | 'holder' | 'confirm'>,
  ): HeldSockets {
    const libC = this.#libC
    const { fds, holder } = made
    const watches = this.#watches()
    // Whoever has come may be gone before the connection is taken.
    if (settings.Accept) for (const fd of fds) setNonBlocking(fd, true, libC)
    const letGo = (): void => {
      for (const fd of fds) libC.close(fd)
    }
    return {
      ...made,
      watch: (callback) => watches.add(fds, callback),
      accept: () => acceptOne(fds, libC),
      setNonBlocking: (isNonBlocking) => {
        for (const fd of fds) setNonBlocking(fd, isNonBlocking, libC)
      },
      flush: () => flush(fds, settings, libC),
      letGo,
      close: (removesFiles) => {
        letGo()
        endHolder(holder)
        if (removesFiles) for (const path of filesOf(settings)) rmSync(path, { force: true })
      },
    }
  }

  #watches(): ReadableWatch {
    this.#watch ??= new ReadableWatch(this.#libC)
    return this.#watch
  }
}

const filesOf = ({ Listen, Symlinks }: SocketSettings): readonly string[] => [
  ...Symlinks,
  ...Listen.flatMap((listen) =>
    listen.kind === 'FIFO' ? [listen.address] : (socketAddressOf(listen)?.path ?? []),
  ),
]

const setNonBlocking = (fd: number, isNonBlocking: boolean, libC: LibC): void => {
  const flags = libC.fcntl(fd, F_GETFL, 'int', 0)
  libC.fcntl(fd, F_SETFL, 'int', isNonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)
}

/** Connections are accepted and closed, messages read; no more than a queue can hold. */
const flush = (fds: readonly number[], { Listen }: SocketSettings, libC: LibC): void => {
  const scratch = Buffer.alloc(64 * 1024)
  for (const [index, fd] of fds.entries()) {
    const accepts = Listen[index]?.kind === 'Stream' || Listen[index]?.kind === 'SequentialPacket'
    for (let round = 0; round < mostFlushed && isReadable([fd], libC); round += 1) {
      const taken = accepts
        ? libC.accept4(fd, null, null, SOCK_CLOEXEC)
        : libC.read(fd, scratch, scratch.length)
      if (taken < 0) break
      if (accepts) libC.close(taken)
    }
  }
}

const mostFlushed = 10_000
const F_GETFL = 3
const F_SETFL = 4
const O_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
