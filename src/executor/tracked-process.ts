/**
 * One process from launch to end, as its directory tells it. Whatever gave the occasion (the doorbell, the end of the
 * shim, the start of a daemon), the answer comes from the same files by the same `look`.
 *
 *     launching ── main + claim ──▶ running ── exit, or shim and process gone ──▶ ended
 */
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'
import { linkInForce } from './exec-chain.ts'
import type { Adopted, ProcessKey } from './executor.ts'
import type { Liveness } from './liveness.ts'
import { isAlive, readArguments, readStat } from './proc.ts'
import type { MainRecord } from './records.ts'
import type { RunDirectory, SavedLaunch } from './run-directory.ts'

export interface TrackedContext {
  readonly runDirectory: RunDirectory
  readonly clock: Clock
  /** For those that we are not told about: looked at often. */
  readonly orphans: Liveness
  /** What an exit record really means; undefined: what it says. */
  examine(record: ExitRecord, launch: SavedLaunch): Promise<ExitRecord> | undefined
}

/** What is told, in this order, each at most once. */
export interface TrackedEvents {
  spawned(process: ProcessId): void
  execed(): void
  ended(record: ExitRecord): void
}

export class TrackedProcess {
  readonly key: ProcessKey
  readonly launch: SavedLaunch
  readonly #context: TrackedContext
  readonly #events: TrackedEvents
  #main: MainRecord | undefined
  #hasExeced = false
  #record: ExitRecord | undefined
  #isExamined = false
  #execTimer: CancelTimer | undefined
  #afterSpawn: (() => void) | undefined

  constructor(key: ProcessKey, launch: SavedLaunch, context: TrackedContext, events: TrackedEvents) {
    this.key = key
    this.launch = launch
    this.#context = context
    this.#events = events
  }

  get process(): ProcessId | undefined {
    return this.#main?.process
  }

  /** Undefined: gone, or not known yet. */
  get shim(): ProcessId | undefined {
    if (this.#main === undefined) return undefined
    const stat = readStat(this.#main.shimPid)
    const isIt = stat !== undefined && !stat.isZombie && stat.startTicks <= this.#main.process.startTicks
    return isIt ? { pid: stat.pid, startTicks: stat.startTicks } : undefined
  }

  /** How it ended; undefined while it has not. */
  get record(): ExitRecord | undefined {
    return this.#record
  }

  get hasEnded(): boolean {
    return this.#record !== undefined
  }

  get hasExeced(): boolean {
    return this.#hasExeced
  }

  /** As a daemon that comes up finds it. */
  get adopted(): Adopted {
    const { spec, launchedAtMs } = this.launch
    const { key, process, record, hasExeced } = this
    return { key, revision: spec.revision, process, record, hasExeced, launchedAtMs }
  }

  /** Reads what is new in the directory and tells it. */
  look(): void {
    if (this.hasEnded) return
    const { runDirectory } = this.#context
    if (this.process === undefined && runDirectory.isClaimed(this.key)) this.#spawned()
    const record = runDirectory.exit(this.key)
    if (record !== undefined) this.#examine(record)
  }

  /** Nothing more will be written: find out by other means what became of the process. */
  shimGone(): void {
    this.look()
    if (this.hasEnded || this.#isExamined) return
    if (this.process === undefined) {
      // It can't start any more once we hold the claim; a claim of its own came with a pid.
      if (this.#context.runDirectory.claim(this.key))
        this.#end(this.#unknown('its shim ended before it was started'))
      else this.look()
    } else if (isAlive(this.process)) {
      this.#context.orphans.watch(this.#name, this.process, () =>
        this.#end(this.#unknown('its shim had been killed')),
      )
    } else {
      this.#end(this.#unknown('its shim was killed'))
    }
  }

  /** Everything of the unit ended, so the shim must say so now; if it is gone, nobody will. */
  expectEnd(): void {
    this.look()
    if (this.hasEnded || this.process === undefined) return
    const { shim } = this
    if (shim === undefined) this.shimGone()
    else this.#context.orphans.watch(this.#name, shim, () => this.shimGone())
  }

  /** Its pids belong to another run of the kernel: only what was written then counts. */
  lostAtBoot(): void {
    const { runDirectory } = this.#context
    this.#end(runDirectory.exit(this.key) ?? this.#unknown('the host was started anew'))
  }

  /** Calls back when there is a process, or at once. */
  whenSpawned(callback: () => void): void {
    if (this.process === undefined) this.#afterSpawn = callback
    else callback()
  }

  close(): void {
    this.#execTimer?.()
    this.#execTimer = undefined
    this.#context.orphans.unwatch(this.#name)
  }

  /** Whether it runs its own program by now, and not one of the links before it. */
  checkExec(): void {
    if (this.#hasExeced || this.process === undefined) return
    const stat = readStat(this.process.pid)
    if (
      stat === undefined ||
      stat.startTicks !== this.process.startTicks ||
      stat.isBeforeExec ||
      stat.isZombie
    )
      return
    const argv = readArguments(this.process.pid)
    if (argv.length === 0 || linkInForce(argv, this.launch.links, this.launch.spec.command) !== undefined)
      return
    this.#execed()
  }

  get #name(): string {
    return this.#context.runDirectory.ring(this.key)
  }

  #spawned(): void {
    this.#main = this.#context.runDirectory.main(this.key)
    if (this.#main === undefined) return
    this.#afterSpawn?.()
    this.#events.spawned(this.#main.process)
    if (this.launch.spec.reportsExec !== false) this.#watchExec(2)
  }

  #watchExec(delayMs: number): void {
    if (this.#hasExeced || this.hasEnded) return
    this.#execTimer = this.#context.clock.at(this.#context.clock.now() + delayMs, () => {
      this.checkExec()
      this.#watchExec(Math.min(delayMs * 2, 100))
    })
  }

  #execed(): void {
    if (this.#hasExeced) return
    this.#hasExeced = true
    this.#events.execed()
  }

  #examine(record: ExitRecord): void {
    if (this.#isExamined) return
    this.#isExamined = true
    const examination = this.#context.examine(record, this.launch)
    if (examination === undefined) this.#end(record)
    else void examination.then((examined) => this.#end(examined))
  }

  #end(record: ExitRecord): void {
    if (this.hasEnded) return
    this.#record = record
    this.close()
    // What ended without a failed step had come as far as its own program.
    if (record.failedStep === undefined && record.exit.kind !== 'unknown') this.#execed()
    this.#events.ended(record)
  }

  #unknown(why: string): ExitRecord {
    return { exit: { kind: 'unknown', why }, atMs: this.#context.clock.now() }
  }
}
