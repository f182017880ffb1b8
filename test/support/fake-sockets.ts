/** Sockets without a kernel: somebody comes when a test says so. */
import type { ProcessId } from '../../src/base/process-id.ts'
import type {
  AcceptedConnection,
  HeldSockets,
  SocketHost,
} from '../../src/supervisor/sockets/held-sockets.ts'

export class FakeSockets implements SocketHost {
  /** How often sockets were opened, taken over, closed. */
  opened = 0
  recovered = 0
  closed = 0
  flushed = 0
  /** Thrown by the next attempt to open or to take over. */
  failNext: Error | undefined
  /** Who is accepted next (Accept=yes). */
  readonly connections: AcceptedConnection[] = []
  /** Somebody waits, and nobody has taken it. */
  #isWaiting = false
  readonly #watchers = new Set<() => void>()

  open(): HeldSockets {
    this.#failIfAsked()
    this.opened += 1
    return this.#held({ pid: 500 + this.opened, startTicks: 1 })
  }

  recover(_settings: unknown, holder: ProcessId): HeldSockets {
    this.#failIfAsked()
    this.recovered += 1
    return this.#held(holder)
  }

  hold(): { readonly holder: ProcessId; readonly confirm: () => void } {
    return { holder: { pid: 900, startTicks: 1 }, confirm: () => {} }
  }

  takeBack(): readonly number[] {
    this.#failIfAsked()
    return []
  }

  release(): void {}

  close(): void {
    this.#watchers.clear()
  }

  come(): void {
    this.#isWaiting = true
    this.#tell()
  }

  /** The service took what waited. */
  serve(): void {
    this.#isWaiting = false
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) {
      this.#watchers.delete(watcher)
      watcher()
    }
  }

  #failIfAsked(): void {
    const failure = this.failNext
    this.failNext = undefined
    if (failure !== undefined) throw failure
  }

  #held(holder: ProcessId): HeldSockets {
    return {
      fds: [40],
      holder,
      notTaken: [],
      confirm: () => {},
      watch: (callback) => {
        this.#watchers.add(callback)
        if (this.#isWaiting) queueMicrotask(() => this.#tell())
        return () => this.#watchers.delete(callback)
      },
      accept: () => {
        const connection = this.connections.shift()
        this.#isWaiting = this.connections.length > 0
        return connection
      },
      setNonBlocking: () => {},
      flush: () => {
        this.flushed += 1
        this.#isWaiting = false
      },
      letGo: () => {},
      close: () => {
        this.closed += 1
      },
    }
  }
}
