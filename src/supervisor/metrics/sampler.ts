/**
 * Looks at every unit that runs, again and again, and keeps an hour of what it saw. The looks are as far apart as they must
 * be to cost next to nothing: an idle daemon with hundreds of services stays idle. Who wants the figures of this moment
 * reads them with `Supervisor.status`.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { Executor } from '../../executor/executor.ts'
import { type Figures, figuresBetween, type Look } from './figures.ts'
import { History, type Point } from './history.ts'

export interface SamplerPorts {
  readonly clock: Clock
  readonly executor: Pick<Executor, 'readUsage'>
  /** Units that may have processes. */
  readonly running: () => Iterable<string>
  /** CPU time that the daemon has used so far, milliseconds. */
  readonly cpuMs: () => number
}

/** What the api may ask about the past of a unit. */
export interface UnitMetrics {
  /** Oldest first, at most an hour or a little more; empty for a unit that has not run. */
  points(unit: string): readonly Point[]
}

const shortestIntervalMs = 15_000
const keptMs = 3_600_000
/** Of one core. */
const mayUse = 0.0003
/**
 * Of a unit that was not looked at before everything is read, of one that stands still only its CPU time: hundreds that
 * were started together are taken up little by little.
 */
const newcomersPerLook = 50

/** When to look again after a look that cost so much. */
export const intervalAfter = (costMs: number): number =>
  Math.max(shortestIntervalMs, Math.round(costMs / mayUse))

export class Sampler implements UnitMetrics {
  readonly #ports: SamplerPorts
  readonly #history = new History(keptMs / shortestIntervalMs)
  #looks: ReadonlyMap<string, Look> = new Map()
  #cancel: CancelTimer

  /** The first look is one interval away: whoever starts has better things to do. */
  constructor(ports: SamplerPorts) {
    this.#ports = ports
    this.#cancel = this.#after(shortestIntervalMs)
  }

  points(unit: string): readonly Point[] {
    return this.#history.points(unit)
  }

  close(): void {
    this.#cancel()
  }

  #after(intervalMs: number): CancelTimer {
    const { clock } = this.#ports
    return clock.at(clock.now() + intervalMs, () => this.#look())
  }

  #look(): void {
    const { clock, executor, running, cpuMs } = this.#ports
    const beganMs = cpuMs()
    const looks = new Map<string, Look>()
    const figures = new Map<string, Figures>()
    let newcomers = 0
    for (const unit of running()) {
      const earlier = this.#looks.get(unit)
      if (earlier === undefined && ++newcomers > newcomersPerLook) continue
      const look = { atMs: clock.now(), usage: executor.readUsage(unit, earlier?.usage) }
      looks.set(unit, look)
      figures.set(unit, figuresBetween(earlier, look))
    }
    this.#looks = looks
    this.#history.record(clock.now(), figures)
    this.#cancel = this.#after(intervalAfter(cpuMs() - beganMs))
  }
}
