/** Finds the unit that a message of sd_notify(3) is from, and whether it may say so (NotifyAccess=). */
import { closeSync } from 'node:fs'
import type { ProcessEvent } from '../../executor/executor.ts'
import type { SupervisorPorts } from '../ports.ts'
import type { ServiceUnit } from '../service-unit.ts'
import type { FdStore } from './fd-store.ts'
import { mayNotify, notifyEvents, type Sender } from './notify-message.ts'

/** A message can be faster than the word that its sender exists. It waits for that no longer than this. */
const longestWaitMs = 1000
/** Anybody may write to the socket: strangers' messages must not fill our memory. */
const mostWaiting = 256

interface Waiting {
  readonly text: string
  readonly sender: Sender
  readonly fds: readonly number[]
  readonly atMs: number
}

/**
 * MAINPID= names a process of the unit's own or nobody: what we signal is not a stranger's to choose, and a number that a
 * service reads in its own PID namespace means nothing to us.
 */
export class NotifyRouter {
  readonly #ports: Pick<SupervisorPorts, 'executor' | 'clock' | 'log' | 'processFacts'>
  readonly #services: () => Iterable<ServiceUnit>
  readonly #fdStore: Pick<FdStore, 'hear'>
  #waiting: readonly Waiting[] = []

  constructor(
    ports: Pick<SupervisorPorts, 'executor' | 'clock' | 'log' | 'processFacts'>,
    services: () => Iterable<ServiceUnit>,
    fdStore: Pick<FdStore, 'hear'>,
  ) {
    this.#ports = ports
    this.#services = services
    this.#fdStore = fdStore
  }

  async hear(text: string, from: Sender, fds: readonly number[] = []): Promise<void> {
    const sender = this.#owner(from) === undefined ? this.#behindShim(from) : from
    const unit = this.#owner(sender) ?? (await this.#unitWithProcess(sender))
    if (unit !== undefined) return this.#deliver(unit, text, sender, fds)
    const waiting = [...this.#recent(), { text, sender, fds, atMs: this.#ports.clock.now() }]
    this.#waiting = waiting.slice(-mostWaiting)
    closeAll(waiting.slice(0, -mostWaiting))
  }

  /** A process has appeared: perhaps the one whose message waits. */
  processSeen(event: ProcessEvent): void {
    if (event.kind !== 'spawned' || this.#waiting.length === 0) return
    const waiting = this.#recent()
    this.#waiting = []
    for (const { text, sender, fds } of waiting) void this.hear(text, sender, fds)
  }

  /** Every unit is known now with its processes: what was said before may be from one of them. */
  hearAgain(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { text, sender, fds } of waiting) void this.hear(text, sender, fds)
  }

  #recent(): readonly Waiting[] {
    const oldest = this.#ports.clock.now() - longestWaitMs
    closeAll(this.#waiting.filter(({ atMs }) => atMs < oldest))
    return this.#waiting.filter(({ atMs }) => atMs >= oldest)
  }

  async #deliver(unit: ServiceUnit, text: string, sender: Sender, fds: readonly number[]): Promise<void> {
    const isMainOrControl = this.#owner(sender) === unit
    const access = unit.policy.notifyAccess
    if (!mayNotify(sender, unit.state, access, access === 'all' || isMainOrControl)) {
      const fields = { unit: unit.name, pid: sender.pid, access }
      this.#ports.log.debug('a notification was not allowed by NotifyAccess=', fields)
      return closeAll([{ fds }])
    }
    const own = text.includes('MAINPID=') ? await this.#ports.executor.processes(unit.name) : []
    for (const event of notifyEvents(text, (pid) => own.find((process) => process.pid === pid)))
      unit.feed(event)
    this.#fdStore.hear(unit, text, fds)
  }

  /**
   * systemd-notify(1) of root speaks in its parent's name, unless that is the manager: a command that is nothing but
   * systemd-notify has a shim of ours for a parent, which never speaks itself.
   */
  #behindShim(sender: Sender): Sender {
    const { parentOf } = this.#ports.processFacts
    for (const { state, policy } of this.#services()) {
      if (policy.notifyAccess === 'none') continue
      for (const owned of [state.main, state.control]) {
        const pid = owned?.process?.pid
        const isShimmed = owned?.role.startsWith('foreign-') === false
        if (pid !== undefined && isShimmed && parentOf(pid) === sender.pid) return { ...sender, pid }
      }
    }
    return sender
  }

  #owner({ pid }: Sender): ServiceUnit | undefined {
    for (const unit of this.#services()) {
      const { main, control } = unit.state
      if (main?.process?.pid === pid || control?.process?.pid === pid) return unit
    }
    return undefined
  }

  /** Helpers may speak only for units that say NotifyAccess=all: only these are asked for their processes. */
  async #unitWithProcess({ pid }: Sender): Promise<ServiceUnit | undefined> {
    for (const unit of this.#services()) {
      if (unit.policy.notifyAccess !== 'all') continue
      const processes = await this.#ports.executor.processes(unit.name)
      if (processes.some((process) => process.pid === pid)) return unit
    }
    return undefined
  }
}

const closeAll = (messages: readonly Pick<Waiting, 'fds'>[]): void => {
  for (const { fds } of messages) for (const fd of fds) closeSync(fd)
}
