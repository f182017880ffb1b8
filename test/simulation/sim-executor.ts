/** The executor of one life of the daemon: what it hears of the kernel's directories, in the order in which it is promised. */
import { GitprocError } from '../../src/base/error.ts'
import type { ProcessId } from '../../src/base/process-id.ts'
import type {
  Abilities,
  Adopted,
  Executor,
  ProcessEvent,
  ProcessKey,
  Usage,
} from '../../src/executor/executor.ts'
import type { LaunchSpec } from '../../src/executor/launch-spec.ts'
import type { Directory, Kernel, SimProcess } from './kernel.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'

interface Told {
  hasSpawned: boolean
  hasExeced: boolean
  hasEnded: boolean
}

interface Foreign {
  readonly key: ProcessKey
  readonly process: ProcessId
}

export class SimExecutor implements Executor {
  readonly limitations: readonly string[] = []
  readonly abilities: Abilities = {
    privatePids: false,
    users: true,
    mounts: true,
    confinement: true,
    systemCallFilters: true,
    cgroups: true,
    controllers: [],
  }
  /** How likely it is that a launch fails for want of the host's resources. */
  failure = 0
  readonly #kernel: Kernel
  readonly #life: Life
  readonly #random: Random
  readonly #listeners = new Set<(event: ProcessEvent) => void>()
  readonly #told = new Map<Directory, Told>()
  /** Units of which something ran since `empty` was last told. */
  readonly #occupied = new Set<string>()
  #foreign: readonly Foreign[] = []
  #isAdopting = false

  constructor(kernel: Kernel, life: Life, random: Random) {
    this.#kernel = kernel
    this.#life = life
    this.#random = random
    kernel.ring = (key) => {
      if (!life.isOver) this.#look(key)
    }
    kernel.emptied = (unit) => {
      if (!life.isOver) this.#emptied(unit)
    }
  }

  async launch(spec: LaunchSpec): Promise<void> {
    if (this.#random.chance(this.failure)) throw new GitprocError('executor/launch', 'EAGAIN')
    this.#occupied.add(spec.unit)
    await this.#life.write(`launch of ${spec.unit} ${spec.role}`, async () => this.#kernel.launch(spec))
  }

  async adopt(): Promise<readonly Adopted[]> {
    this.#isAdopting = true
    const adopted = this.#kernel.directories().flatMap((directory) => this.#adoptOne(directory) ?? [])
    this.#isAdopting = false
    this.#life.clock.at(this.#life.clock.now(), () => {
      for (const unit of [...this.#occupied]) this.#checkEmpty(unit)
    })
    return this.#life.hear(Promise.resolve(adopted))
  }

  watchForeign(key: ProcessKey, process: ProcessId): void {
    this.#occupied.add(key.unit)
    this.#foreign = [...this.#foreign, { key, process }]
    this.#watch()
  }

  async signal(unit: string, target: ProcessId | 'all', signal: string): Promise<void> {
    this.#life.do(`${signal} to ${unit}`, () => {
      for (const process of this.#kernel.livingOf(unit))
        if (target === 'all' || process.pid === target.pid) this.#kernel.signal(process, signal)
    })
    return this.#life.hear(Promise.resolve())
  }

  /** No unit of the simulation has a pipe, and none is frozen. */
  async send(): Promise<void> {}
  async freeze(): Promise<void> {}

  async processes(unit: string): Promise<readonly ProcessId[]> {
    return this.#life.hear(Promise.resolve(this.#kernel.livingOf(unit).map(idOf)))
  }

  async applyCgroup(): Promise<readonly string[]> {
    return []
  }

  readUsage(): Usage {
    return noUsage
  }

  async forget(unit: string, invocationId: string): Promise<void> {
    const its = this.#kernel
      .directories()
      .filter(({ key }) => key.unit === unit && key.invocationId === invocationId)
    if (its.some((directory) => directory.record === undefined)) return
    this.#life.do(`forgetting ${unit}`, () => {
      for (const { key } of its) this.#kernel.remove(key)
    })
    return this.#life.hear(Promise.resolve())
  }

  subscribe(listener: (event: ProcessEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {}

  #adoptOne(directory: Directory): Adopted | undefined {
    const { key, process, record, launchedAtMs, spec } = directory
    if (process === undefined) {
      // The adopter's claim: a launch that was interrupted never happened.
      this.#kernel.remove(key)
      return undefined
    }
    this.#occupied.add(key.unit)
    this.#tellNews(directory)
    return {
      key,
      revision: spec.revision,
      process: idOf(process),
      record,
      hasExeced: true,
      launchedAtMs,
    }
  }

  #look(key: ProcessKey): void {
    const directory = this.#kernel.directory(key)
    if (directory !== undefined) this.#tellNews(directory)
    this.#checkEmpty(key.unit)
  }

  #tellNews(directory: Directory): void {
    const { key, process, record, spec } = directory
    const told = this.#told.get(directory) ?? { hasSpawned: false, hasExeced: false, hasEnded: false }
    this.#told.set(directory, told)
    this.#occupied.add(key.unit)
    if (process !== undefined && !told.hasSpawned) {
      told.hasSpawned = true
      this.#emit({ kind: 'spawned', key, process: idOf(process) })
    }
    if (process !== undefined && !told.hasExeced && (spec.reportsExec !== false || record !== undefined)) {
      told.hasExeced = true
      this.#emit({ kind: 'execed', key })
    }
    if (record !== undefined && !told.hasEnded) {
      told.hasEnded = true
      this.#emit({ kind: 'exited', key, record })
    }
  }

  #emptied(unit: string): void {
    for (const directory of this.#kernel.directories())
      if (directory.key.unit === unit && directory.record !== undefined) this.#tellNews(directory)
    this.#endForeign()
    this.#checkEmpty(unit)
  }

  /** Told once nothing lives and every end has been told. */
  #checkEmpty(unit: string): void {
    const isRunning = this.#kernel
      .directories()
      .some((directory) => directory.key.unit === unit && this.#told.get(directory)?.hasEnded !== true)
    const hasForeign = this.#foreign.some(({ key }) => key.unit === unit)
    if (!this.#occupied.has(unit) || isRunning || hasForeign) return
    if (this.#kernel.livingOf(unit).length > 0) return
    this.#occupied.delete(unit)
    this.#emit({ kind: 'empty', unit })
  }

  /** Mains of no shim's: looked at now and then. */
  #watch(): void {
    this.#life.clock.at(this.#life.clock.now() + 250, () => {
      this.#endForeign()
      if (this.#foreign.length > 0) this.#watch()
    })
  }

  #endForeign(): void {
    const gone = this.#foreign.filter(
      ({ process }) => !this.#kernel.living.some(({ pid }) => pid === process.pid),
    )
    this.#foreign = this.#foreign.filter((foreign) => !gone.includes(foreign))
    for (const { key } of gone) {
      const exit = { kind: 'unknown', why: 'it was no child of its shim' } as const
      this.#emit({ kind: 'exited', key, record: { exit, atMs: this.#life.clock.now() } })
      this.#checkEmpty(key.unit)
    }
  }

  #emit(event: ProcessEvent): void {
    if (this.#isAdopting) return
    for (const listener of this.#listeners) if (!this.#life.isOver) listener(event)
  }
}

const idOf = ({ pid, startTicks }: SimProcess | ProcessId): ProcessId => ({ pid, startTicks })

const noUsage: Usage = {
  memoryBytes: undefined,
  memoryPeakBytes: undefined,
  cpuUsec: undefined,
  tasks: undefined,
  ioReadBytes: undefined,
  ioWriteBytes: undefined,
}
