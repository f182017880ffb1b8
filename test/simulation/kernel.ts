/**
 * The kernel of a simulation with the shims in it: processes that exit, fork, ignore signals and are ready late, and the
 * directories in which their ends are written, all of which outlive the daemon.
 */
import type { Exit, ExitRecord } from '../../src/base/exit.ts'
import type { ProcessId } from '../../src/base/process-id.ts'
import type { ProcessKey } from '../../src/executor/executor.ts'
import type { LaunchSpec } from '../../src/executor/launch-spec.ts'
import { type Program, programOf } from './program.ts'
import type { Random } from './random.ts'
import type { SimClock } from './sim-clock.ts'

export interface SimProcess extends ProcessId {
  readonly unit: string
  readonly invocationId: string
  /** Undefined: a child of one that has a directory. */
  readonly role: string | undefined
  readonly parent: number
  readonly program: Program
  isAlive: boolean
}

/** A process directory with its shim. */
export interface Directory {
  readonly key: ProcessKey
  readonly spec: LaunchSpec
  readonly launchedAtMs: number
  process: SimProcess | undefined
  record: ExitRecord | undefined
}

export interface KernelOptions {
  readonly clock: SimClock
  readonly random: Random
  readonly trace: (line: string) => void
  /** A process appears: the laws look at it. */
  readonly appeared: (process: SimProcess, living: readonly SimProcess[]) => void
  readonly broken: (law: string) => void
}

const keyName = ({ unit, invocationId, role }: ProcessKey): string => `${unit}/${invocationId}/${role}`

export class Kernel {
  /** Who is told that something is new in a directory, and hears notifications: the living daemon's. */
  ring: (key: ProcessKey) => void = () => {}
  emptied: (unit: string) => void = () => {}
  notify: (text: string, pid: number) => void = () => {}
  readonly #options: KernelOptions
  readonly #directories = new Map<string, Directory>()
  #living: SimProcess[] = []
  /** How each process of a directory ended, for ever: the truth that daemons are measured by. */
  readonly #ends = new Map<string, Exit>()
  #nextPid = 100

  constructor(options: KernelOptions) {
    this.#options = options
  }

  get living(): readonly SimProcess[] {
    return this.#living
  }

  livingOf(unit: string): readonly SimProcess[] {
    return this.#living.filter((process) => process.unit === unit)
  }

  /** Launches that have not yet come as far as a process. */
  launching(unit: string): boolean {
    return this.directories().some(({ key, process }) => key.unit === unit && process === undefined)
  }

  directories(): readonly Directory[] {
    return [...this.#directories.values()]
  }

  directory(key: ProcessKey): Directory | undefined {
    return this.#directories.get(keyName(key))
  }

  endOf(key: ProcessKey): Exit | undefined {
    return this.#ends.get(keyName(key))
  }

  /** The shim is started; the process appears a moment later, unless the directory is claimed by somebody else first. */
  launch(spec: LaunchSpec): void {
    const { clock, random, trace } = this.#options
    const key = { unit: spec.unit, invocationId: spec.invocationId, role: spec.role }
    const name = keyName(key)
    if (this.#directories.has(name)) this.#options.broken(`${name} is launched twice`)
    const directory: Directory = {
      key,
      spec,
      launchedAtMs: clock.now(),
      process: undefined,
      record: undefined,
    }
    this.#directories.set(name, directory)
    trace(`launch ${spec.unit} ${spec.role} ${spec.command.argv.join(' ')}`)
    clock.after(random.below(4), () => {
      if (this.#directories.get(name) === directory) this.#begin(directory)
    })
  }

  remove(key: ProcessKey): void {
    this.#directories.delete(keyName(key))
  }

  signal(process: SimProcess, signal: string): void {
    const { program } = process
    if (!process.isAlive || signal === 'SIGCONT' || signal === 'SIGHUP') return
    if (signal !== 'SIGKILL' && program.ignores.includes(signal)) return
    const isObeyed = (signal === 'SIGTERM' || signal === 'SIGINT') && program.termMs !== undefined
    if (!isObeyed) this.end(process, { kind: 'killed', signal, dumpedCore: false })
    else this.#options.clock.after(program.termMs, () => this.end(process, { kind: 'exited', code: 0 }))
  }

  end(process: SimProcess, exit: Exit): void {
    if (!process.isAlive) return
    const { clock, random, trace } = this.#options
    process.isAlive = false
    this.#living = this.#living.filter((other) => other !== process)
    trace(`${process.unit} ${process.role ?? 'child'} ${process.pid} ended: ${exitText(exit)}`)
    const directory = this.#directoryOf(process)
    if (directory !== undefined) {
      this.#ends.set(keyName(directory.key), exit)
      // The shim needs a moment to write it down.
      clock.after(random.below(3), () => {
        directory.record = { exit, atMs: clock.now() }
        this.#soon(() => this.ring(directory.key))
      })
    }
    if (this.livingOf(process.unit).length === 0) this.#soon(() => this.emptied(process.unit))
  }

  #begin(directory: Directory): void {
    const program = programOf(directory.spec.command.argv)
    const process = this.#spawn({ ...directory.key, program, parent: 1 })
    directory.process = process
    this.#soon(() => this.ring(directory.key))
    for (let child = 0; child < program.forks; child += 1)
      this.#spawn({
        ...directory.key,
        role: undefined,
        program: { ...program, exit: undefined, forks: 0, readyMs: undefined },
        parent: process.pid,
      })
    const { clock } = this.#options
    const { exit, readyMs } = program
    if (exit !== undefined)
      clock.after(program.afterMs, () => this.end(process, { kind: 'exited', code: exit }))
    if (readyMs !== undefined)
      clock.after(readyMs, () => {
        if (process.isAlive) this.notify('READY=1', process.pid)
      })
  }

  #spawn(made: Omit<SimProcess, 'pid' | 'startTicks' | 'isAlive'>): SimProcess {
    const pid = this.#nextPid++
    const process: SimProcess = { ...made, pid, startTicks: pid, isAlive: true }
    this.#options.trace(`${process.unit} ${process.role ?? 'child'} is ${pid}`)
    this.#options.appeared(process, this.#living)
    this.#living = [...this.#living, process]
    return process
  }

  #directoryOf({ unit, invocationId, role }: SimProcess): Directory | undefined {
    return role === undefined ? undefined : this.directory({ unit, invocationId, role })
  }

  #soon(work: () => void): void {
    const { clock, random } = this.#options
    clock.after(random.below(4), work)
  }
}

export const exitText = (exit: Exit): string =>
  exit.kind === 'exited' ? `exit ${exit.code}` : exit.kind === 'killed' ? exit.signal : exit.why
