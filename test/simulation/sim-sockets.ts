/** The sockets of a simulated host: held by processes that outlive the daemon, taken up by services, waited at by clients. */
import type { ProcessId } from '../../src/base/process-id.ts'
import type { HeldSockets, SocketHost } from '../../src/supervisor/sockets/held-sockets.ts'
import type { SimProcess } from './kernel.ts'
import type { Life } from './life.ts'
import type { SimClock } from './sim-clock.ts'

/** One listening socket with the process that holds it. */
interface Listening {
  readonly address: string
  readonly holder: ProcessId
  /** Clients whom nobody has answered yet. */
  waiting: number
}

type OpenSettings = Parameters<SocketHost['open']>[0]

const addressOf = ({ Listen }: OpenSettings): string => Listen.map(({ address }) => address).join(' ')

/** How long a service takes until it answers clients. */
const takesMs = 5

export class SimSockets {
  readonly #clock: SimClock
  readonly #broken: (law: string) => void
  #listening: Listening[] = []
  #nextHolder = 1
  /** Holders that outlive the daemon: until they are confirmed, they go down with the one that opened them. */
  readonly #confirmed = new Set<number>()
  /** Of the living daemon. */
  #watchers = new Map<Listening, Set<() => void>>()

  constructor(clock: SimClock, broken: (law: string) => void) {
    this.#clock = clock
    this.#broken = broken
  }

  /** Whether somebody was closed on that was to stay: a holder that was confirmed is gone. */
  isLost(holder: ProcessId): boolean {
    return this.#confirmed.has(holder.pid) && this.#at(holder) === undefined
  }

  get waiting(): number {
    return this.#listening.reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** Somebody connects; false: nobody listens, so that they are refused. */
  come(): boolean {
    for (const socket of this.#listening) {
      socket.waiting += 1
      this.#tell(socket)
    }
    return this.#listening.length > 0
  }

  /** A service that was given the sockets is there: it answers until it ends. */
  served(process: SimProcess): void {
    this.#clock.after(takesMs, () => {
      if (!process.isAlive) return
      for (const socket of this.#listening) socket.waiting = 0
      this.served(process)
    })
  }

  /** The daemon that opened them is gone. */
  daemonDied(): void {
    this.#watchers = new Map()
    this.#listening = this.#listening.filter(({ holder }) => this.#confirmed.has(holder.pid))
  }

  /** As one life of the daemon sees them. */
  hostOf(life: Life): SocketHost {
    return {
      hold: () => ({ holder: this.#newHolder(), confirm: () => {} }),
      takeBack: () => [],
      release: () => {},
      open: (settings) => this.#open(addressOf(settings), life),
      recover: (_settings, holder) => {
        const socket = this.#at(holder)
        if (socket === undefined) throw new Error(`process ${holder.pid} is gone`)
        return this.#heldBy(socket, life)
      },
      close: () => {},
    }
  }

  #open(address: string, life: Life): HeldSockets {
    if (this.#listening.some((socket) => socket.address === address))
      this.#broken(`a socket stays open: ${address} is opened beside itself`)
    const socket = { address, holder: this.#newHolder(), waiting: 0 }
    life.do(`opening ${address}`, () => this.#listening.push(socket))
    return this.#heldBy(socket, life)
  }

  #heldBy(socket: Listening, life: Life): HeldSockets {
    return {
      fds: [40],
      holder: socket.holder,
      notTaken: [],
      confirm: () =>
        void life.do('confirming sockets', () => {
          this.#confirmed.add(socket.holder.pid)
        }),
      watch: (callback) => this.#watch(socket, () => life.isOver || callback()),
      accept: () => undefined,
      setNonBlocking: () => {},
      flush: () =>
        void life.do('flushing sockets', () => {
          socket.waiting = 0
        }),
      letGo: () => {},
      close: () =>
        void life.do('closing sockets', () => {
          this.#listening = this.#listening.filter((other) => other !== socket)
        }),
    }
  }

  #watch(socket: Listening, callback: () => void): () => void {
    const watchers = this.#watchers.get(socket) ?? new Set()
    this.#watchers.set(socket, watchers.add(callback))
    this.#clock.after(0, () => this.#tell(socket))
    return () => watchers.delete(callback)
  }

  #tell(socket: Listening): void {
    const watchers = this.#watchers.get(socket)
    if (socket.waiting === 0 || watchers === undefined) return
    this.#watchers.delete(socket)
    for (const watcher of watchers) watcher()
  }

  #at({ pid }: ProcessId): Listening | undefined {
    return this.#listening.find(({ holder }) => holder.pid === pid)
  }

  #newHolder(): ProcessId {
    const pid = this.#nextHolder++
    return { pid, startTicks: pid }
  }
}
