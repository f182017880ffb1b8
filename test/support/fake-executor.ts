/** An executor without processes: what is launched lives until a test or a signal ends it. */
import type { Exit, ExitRecord } from '../../src/base/exit.ts'
import type { ProcessId } from '../../src/base/process-id.ts'
import type {
  Abilities,
  Adopted,
  Executor,
  ProcessEvent,
  ProcessKey,
  Usage,
} from '../../src/executor/executor.ts'
import type { CgroupSpec, LaunchSpec } from '../../src/executor/launch-spec.ts'
import type { FakeClock } from './fake-clock.ts'

interface FakeProcess {
  readonly key: ProcessKey
  readonly process: ProcessId
  readonly launchedAtMs: number
  record: ExitRecord | undefined
}

export class FakeExecutor implements Executor {
  readonly limitations: readonly string[] = []
  abilities: Abilities = {
    privatePids: true,
    users: true,
    mounts: true,
    confinement: true,
    systemCallFilters: true,
    cgroups: true,
    controllers: ['cpu', 'memory', 'pids', 'io'],
  }
  /** Every launch, in order. */
  readonly launches: LaunchSpec[] = []
  /** `SIGTERM web.service`, `freeze web.service`, … */
  readonly signals: string[] = []
  /** `web.service: text` */
  readonly sent: string[] = []
  readonly cgroups: { readonly unit: string; readonly spec: CgroupSpec }[] = []
  /** Units whose processes end by no signal but SIGKILL. */
  readonly stubborn = new Set<string>()
  /** Launches get nowhere: the daemon is killed before each. */
  isCutOff = false
  /** Thrown by the next launch. */
  failNext: Error | undefined
  readonly #clock: FakeClock
  readonly #listeners = new Set<(event: ProcessEvent) => void>()
  #processes: FakeProcess[] = []
  #nextPid = 1000

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  async launch(spec: LaunchSpec): Promise<void> {
    const failure = this.failNext
    this.failNext = undefined
    if (failure !== undefined) throw failure
    if (this.isCutOff) return new Promise(() => {})
    this.launches.push(spec)
    const key = { unit: spec.unit, invocationId: spec.invocationId, role: spec.role }
    const pid = this.#nextPid++
    const process = { pid, startTicks: pid }
    this.#processes.push({ key, process, launchedAtMs: this.#clock.now(), record: undefined })
    this.#emit({ kind: 'spawned', key, process })
    if (spec.reportsExec !== false) this.#emit({ kind: 'execed', key })
  }

  /** The unit's main process, or the control command under way, exits. */
  exit(unit: string, code: number): void {
    this.end(unit, { kind: 'exited', code })
  }

  end(unit: string, exit: Exit): void {
    const last = this.#living(unit).at(-1)
    if (last === undefined) throw new Error(`${unit} has no process`)
    this.#end(last, exit)
  }

  async adopt(): Promise<readonly Adopted[]> {
    return this.#processes.map(({ key, process, record, launchedAtMs }) => ({
      key,
      process,
      record,
      launchedAtMs,
      revision: undefined,
      hasExeced: true,
    }))
  }

  watchForeign(): void {}

  async signal(unit: string, target: ProcessId | 'all', signal: string): Promise<void> {
    this.signals.push(`${signal} ${unit}`)
    if (signal === 'SIGCONT' || (this.stubborn.has(unit) && signal !== 'SIGKILL')) return
    const hit = this.#living(unit).filter(({ process }) => target === 'all' || process.pid === target.pid)
    for (const process of hit) this.#end(process, { kind: 'killed', signal, dumpedCore: false })
  }

  async send(unit: string, _invocationId: string, data: Uint8Array): Promise<void> {
    this.sent.push(`${unit}: ${Buffer.from(data).toString()}`)
  }

  async freeze(unit: string, isFrozen: boolean): Promise<void> {
    this.signals.push(`${isFrozen ? 'freeze' : 'thaw'} ${unit}`)
  }

  async processes(unit: string): Promise<readonly ProcessId[]> {
    return this.#living(unit).map(({ process }) => process)
  }

  async applyCgroup(unit: string, spec: CgroupSpec): Promise<readonly string[]> {
    this.cgroups.push({ unit, spec })
    return []
  }

  readUsage(): Usage {
    return {
      memoryBytes: undefined,
      memoryPeakBytes: undefined,
      cpuUsec: undefined,
      tasks: undefined,
      ioReadBytes: undefined,
      ioWriteBytes: undefined,
    }
  }

  async forget(unit: string, invocationId: string): Promise<void> {
    this.#processes = this.#processes.filter(
      ({ key }) => key.unit !== unit || key.invocationId !== invocationId,
    )
  }

  subscribe(listener: (event: ProcessEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {}

  #living(unit: string): FakeProcess[] {
    return this.#processes.filter(({ key, record }) => key.unit === unit && record === undefined)
  }

  #end(process: FakeProcess, exit: Exit): void {
    process.record = { exit, atMs: this.#clock.now() }
    this.#emit({ kind: 'exited', key: process.key, record: process.record })
    if (this.#living(process.key.unit).length === 0) this.#emit({ kind: 'empty', unit: process.key.unit })
  }

  #emit(event: ProcessEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
