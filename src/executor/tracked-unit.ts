/** All that runs of one unit: its processes, and the cgroup or the traces by which they are found. */
import type { Clock } from '../base/clock.ts'
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'
import type { Cgroup, CgroupEvents } from './cgroup.ts'
import type { Adopted, ProcessEvent, ProcessKey } from './executor.ts'
import type { Liveness } from './liveness.ts'
import { isAlive, type ProcessStat, readStat } from './proc.ts'
import type { TrackedProcess } from './tracked-process.ts'
import { type Census, findProcesses, takeCensus } from './unit-processes.ts'

export interface UnitContext {
  readonly clock: Clock
  readonly orphans: Liveness
  readonly emit: (event: ProcessEvent) => void
  /** A recent one: many units may ask at once. */
  readonly census: () => Census
}

/** A process that the OOM killer took needs a while to give all its memory back, and then is gone. */
const oomWindowMs = 5000

export class TrackedUnit {
  readonly name: string
  readonly processes = new Map<string, TrackedProcess>()
  cgroup: Cgroup | undefined
  readonly #context: UnitContext
  /** Mains that their own parent will wait for, not a shim of ours; by role. */
  readonly #foreign = new Map<string, { readonly key: ProcessKey; readonly process: ProcessId }>()
  /** Whether something ran since `empty` was last told. */
  #wasOccupied = false
  #isAsking = false
  #oomKillAtMs = Number.NEGATIVE_INFINITY

  constructor(name: string, context: UnitContext) {
    this.name = name
    this.#context = context
  }

  add(ring: string, process: TrackedProcess): void {
    this.processes.set(ring, process)
    this.#wasOccupied = true
    const events: CgroupEvents = {
      emptied: () => this.#emptied(),
      oomKilled: () => {
        this.#noteOomKill()
        this.#context.emit({ kind: 'oom-kill', unit: this.name })
      },
      limitChanged: (file, found) =>
        this.#context.emit({ kind: 'limit-changed', unit: this.name, file, found }),
    }
    this.cgroup?.watch(events, process.launch.oomKills)
  }

  watchForeign(key: ProcessKey, process: ProcessId): void {
    this.#foreign.set(key.role, { key, process })
    this.#wasOccupied = true
    this.#context.orphans.watch(`${this.name} ${key.role}`, process, () => this.#foreignGone(key.role))
  }

  get isRunning(): boolean {
    return this.#foreign.size > 0 || [...this.processes.values()].some((process) => !process.hasEnded)
  }

  /** Every live process, the shims not among them; without a cgroup, as of now or of some milliseconds ago. */
  members(asOf: 'fresh' | 'recent'): readonly ProcessId[] {
    return this.stats(asOf).map(({ pid, startTicks }) => ({ pid, startTicks }))
  }

  /** The same, with all that is known of each. */
  stats(asOf: 'fresh' | 'recent'): readonly ProcessStat[] {
    if (this.cgroup === undefined)
      return this.#traced(asOf === 'fresh' ? takeCensus() : this.#context.census())
    return this.cgroup.pids().flatMap((pid) => {
      const stat = readStat(pid)
      return stat === undefined || stat.isZombie ? [] : [stat]
    })
  }

  /**
   * SIGKILL while the OOM killer was at work in the unit. Its counter does not tell whom it took: one kill explains every
   * end by SIGKILL right after it, and none later on.
   */
  withOom(record: ExitRecord): ExitRecord {
    this.#noteOomKill()
    const isKill = record.exit.kind === 'killed' && record.exit.signal === 'SIGKILL'
    const isSoonAfter = record.atMs - this.#oomKillAtMs < oomWindowMs
    return isKill && isSoonAfter ? { ...record, oomKilled: true } : record
  }

  /** The same for what was found ended. */
  withOomOf({ record, ...found }: Adopted): Adopted {
    return { ...found, record: record && this.withOom(record) }
  }

  #noteOomKill(): void {
    if (this.cgroup?.takeOomKill()) this.#oomKillAtMs = this.#context.clock.now()
  }

  /** What happened while nobody watched, and is in no process directory. */
  checkAfterAdoption(): void {
    this.cgroup?.tellOomKills()
    this.checkEmpty()
  }

  /** Tells `empty` once when the last process, orphans included, is gone. */
  checkEmpty(): void {
    if (!this.#wasOccupied || this.isRunning) return
    if (this.cgroup === undefined) this.#askAgain(10)
    else if (!this.cgroup.isPopulated()) this.#empty()
  }

  close(): void {
    this.#wasOccupied = false
    this.cgroup?.unwatch()
    for (const process of this.processes.values()) process.close()
  }

  /** A main that ended is told by its shim, a moment later; only then is the unit called empty. */
  #emptied(): void {
    for (const process of this.processes.values()) if (!process.hasEnded) process.expectEnd()
    for (const [role, { process }] of this.#foreign) if (!isAlive(process)) this.#foreignGone(role)
    this.checkEmpty()
  }

  #foreignGone(role: string): void {
    const foreign = this.#foreign.get(role)
    if (foreign === undefined) return
    this.#foreign.delete(role)
    this.#context.orphans.unwatch(`${this.name} ${role}`)
    const why = 'it was no child of its shim, and only a parent is told'
    const record = { exit: { kind: 'unknown', why }, atMs: this.#context.clock.now() } as const
    this.#context.emit({ kind: 'exited', key: foreign.key, record: this.withOom(record) })
    this.checkEmpty()
  }

  #empty(): void {
    this.#wasOccupied = false
    this.#context.emit({ kind: 'empty', unit: this.name })
  }

  #traced(census: Census): readonly ProcessStat[] {
    const processes = [...this.processes.values()]
    const trace = {
      invocationIds: processes.map((process) => process.key.invocationId),
      leaders: processes.flatMap((process) => process.process ?? []),
      shims: processes.flatMap((process) => process.shim ?? []),
    }
    return findProcesses(trace, census)
  }

  /** Without a cgroup nothing tells when the last process ends: it is asked, ever more seldom. */
  #askAgain(delayMs: number): void {
    if (this.#isAsking) return
    this.#isAsking = true
    this.#context.clock.at(this.#context.clock.now() + delayMs, () => {
      this.#isAsking = false
      if (!this.#wasOccupied || this.isRunning) return
      if (this.members('recent').length === 0) this.#empty()
      else this.#askAgain(Math.min(delayMs * 2, 1000))
    })
  }
}
