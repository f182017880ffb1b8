/** What must hold of timers and sockets: nothing that is due is lost, and who comes is let in, whatever becomes of the daemon. */
import type { StatusAnswer } from '../../src/api/contract.ts'
import type { ProcessId } from '../../src/base/process-id.ts'
import type { SocketState } from '../../src/lifecycle/socket.ts'
import type { TimerState } from '../../src/lifecycle/timer-state.ts'
import type { Disk } from './sim-stores.ts'

/** What is saved of a timer, and by which definition it was. */
interface Saved {
  readonly state: TimerState
  readonly hash: string | undefined
}

export interface ActivationFacts {
  readonly disk: Disk
  readonly now: () => number
  /** Whether something of the service lives. */
  readonly isRunning: (service: string) => boolean
  readonly fail: (law: string) => void
}

const serviceOf = (unit: string): string => unit.replace(/\.\w+$/, '.service')

/** A daemon that comes up needs a moment until it looks at the clock. */
const graceMs = 1000

/** What was missed is due once more when there is a daemon again, after its random delay. */
const delayMs = 1000

export class ActivationLaws {
  readonly #disk: Disk
  readonly #now: () => number
  readonly #fail: (law: string) => void
  readonly #saved = new Map<string, Saved>()
  readonly #isRunning: (service: string) => boolean
  /** Services of timers that went off, of which nothing has been seen since. */
  readonly #undone = new Set<string>()

  constructor({ disk, now, isRunning, fail }: ActivationFacts) {
    this.#disk = disk
    this.#now = now
    this.#isRunning = isRunning
    this.#fail = fail
  }

  /** A timer that was due goes off: its next wait does not begin as if nothing had been. */
  saves(unit: string, record: unknown): void {
    const { timer } = record as { readonly timer?: TimerState }
    if (timer === undefined) return
    const hash = this.#disk.applied.now().find(({ name }) => name === unit)?.hash
    const before = this.#saved.get(unit)
    this.#saved.set(unit, { state: timer, hash })
    this.#remembersElapse(unit, timer, before?.state)
    if (before === undefined || before.hash !== hash || before.state.state !== 'waiting') return
    const { state } = before
    const isSameWait = timer.activatedAtMs === state.activatedAtMs && timer.state === 'waiting'
    const isMadeUpFor = timer.lastTriggerMs !== state.lastTriggerMs || dueAt(timer) <= this.#now() + delayMs
    if (isSameWait && !isMadeUpFor && dueAt(state) < this.#now())
      this.#fail(`an elapsed timer goes off: ${unit} was due at ${dueAt(state)}, and waits again`)
  }

  forgets(unit: string): void {
    this.#saved.delete(unit)
    this.#undone.delete(serviceOf(unit))
  }

  /** A service moves, or something of it runs: it was started, or it was tried. */
  moves(service: string): void {
    this.#undone.delete(service)
  }

  /** What went off has started its service before it waits again. */
  #remembersElapse(unit: string, timer: TimerState, before: TimerState | undefined): void {
    const service = serviceOf(unit)
    if (timer.state === 'running' && before?.state !== 'running' && !this.#isRunning(service))
      this.#undone.add(service)
    else if (
      timer.state !== 'running' &&
      this.#undone.delete(service) &&
      timer.reason === 'its unit has ended'
    )
      this.#fail(`an elapsed timer starts its service: ${unit} waits again, and ${service} was never started`)
  }

  /** While a daemon is there: `sinceMs`, since when. */
  timersGoOff(sinceMs: number): void {
    for (const [unit, { state }] of this.#saved)
      if (state.state === 'waiting' && Math.max(dueAt(state), sinceMs) + graceMs < this.#now())
        this.#fail(`an elapsed timer goes off: ${unit} was due at ${dueAt(state)}`)
  }

  /** What is written down as listening listens, whether there is a daemon or not. */
  socketsListen(sockets: { readonly isLost: (holder: ProcessId) => boolean }): void {
    for (const [unit, saved] of this.#disk.unitStates) {
      const { socket, holder } = saved as { readonly socket?: SocketState; readonly holder?: ProcessId }
      const isUp = socket?.state === 'listening' || socket?.state === 'running'
      if (isUp && holder !== undefined && sockets.isLost(holder))
        this.#fail(`what listens is open: ${unit} is ${socket.state}`)
    }
  }
}

const dueAt = ({ next }: TimerState): number =>
  Math.min(next.wallMs ?? Number.POSITIVE_INFINITY, next.monotonicMs ?? Number.POSITIVE_INFINITY)

/** Once all has come to rest: whoever activates a service does not wait for one that is down, and nobody waits at a socket. */
export const activationProblem = (
  view: StatusAnswer['units'][number],
  { units }: StatusAnswer,
  waiting: number,
): string | undefined => {
  const service = units.find(({ name }) => name === view.trigger?.unit)
  if (view.trigger === undefined || service === undefined) return undefined
  const isDown = service.activeState === 'inactive' || service.activeState === 'failed'
  if (view.subState === 'running' && isDown)
    return `what was activated runs: ${service.name} is ${service.subState}`
  const mayServe = service.hold === undefined && service.activeState === 'inactive'
  if (view.subState === 'listening' && waiting > 0 && mayServe) return `who comes is let in: ${waiting} wait`
  return undefined
}
