/** Real launches under a temporary prefix, for scenarios: a spec in one line, and events that can be awaited. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExitRecord } from '../../src/base/exit.ts'
import type { ProcessId } from '../../src/base/process-id.ts'
import type { Executor, ProcessEvent } from '../../src/executor/executor.ts'
import type { LaunchSpec } from '../../src/executor/launch-spec.ts'
import { createExecutor } from '../../src/executor/process-executor.ts'
import { systemClock } from '../../src/system-clock.ts'
import { toBeGone } from '../support/outside.ts'
import { ownCgroupRoot, removeCgroups } from '../support/own-cgroups.ts'

export const isRoot = process.getuid?.() === 0
/** For an event; a busy machine is no fault. */
const patienceMs = 30_000

export const newInvocation = (): string => randomBytes(16).toString('hex')

/** Overrides go one level deep: `{ command: { path: … } }` keeps the rest of the command. */
export type Overrides = { readonly [Key in keyof LaunchSpec]?: Partial<LaunchSpec[Key]> | LaunchSpec[Key] }

export function launchSpec(unit: string, script: string, overrides: Overrides = {}): LaunchSpec {
  const base: LaunchSpec = {
    unit,
    invocationId: newInvocation(),
    role: 'main',
    command: {
      path: '/bin/sh',
      argv: ['/bin/sh', '-c', script],
      environment: { PATH: '/usr/bin:/bin' },
      workingDirectory: '/',
      workingDirectoryOptional: false,
    },
    identity: { supplementaryGids: [], umask: 0o022 },
    streams: {
      stdin: { kind: 'null' },
      stdout: { kind: 'null' },
      stderr: { kind: 'null' },
      ignoreSigpipe: true,
    },
    limits: { rlimits: {} },
    sandbox: { privatePids: false, noNewPrivileges: false },
  }
  const merged = Object.entries(overrides).map(([key, value]) => {
    const before = base[key as keyof LaunchSpec]
    return [key, typeof value === 'object' && typeof before === 'object' ? { ...before, ...value } : value]
  })
  return { ...base, ...Object.fromEntries(merged) }
}

export class Bench {
  readonly prefix: string
  readonly runDirectory: string
  readonly executor: Executor
  readonly events: ProcessEvent[] = []
  readonly #waiting = new Set<() => void>()

  constructor(prefix: string, executor: Executor) {
    this.prefix = prefix
    this.runDirectory = join(prefix, 'run')
    this.executor = executor
    executor.subscribe((event) => {
      this.events.push(event)
      for (const check of [...this.#waiting]) check()
    })
  }

  static async open(options: { prefix?: string; cgroupRoot?: false } = {}): Promise<Bench> {
    const prefix = options.prefix ?? mkdtempSync(join(tmpdir(), 'gitproc-executor-'))
    const cgroupRoot = options.cgroupRoot ?? ownCgroupRoot(prefix)
    if (cgroupRoot) toBeGone(cgroupRoot)
    const executor = await createExecutor({
      runDirectory: join(prefix, 'run'),
      clock: systemClock,
      cgroupRoot,
    })
    return new Bench(prefix, executor)
  }

  /** The first event that matches, already seen or yet to come; fails when patience ends. */
  event<E extends ProcessEvent>(matches: (event: ProcessEvent) => event is E): Promise<E>
  event(matches: (event: ProcessEvent) => boolean): Promise<ProcessEvent>
  event(matches: (event: ProcessEvent) => boolean): Promise<ProcessEvent> {
    return new Promise((resolve, reject) => {
      const seen = (): string => JSON.stringify(this.events)
      const timer = setTimeout(() => reject(new Error(`the event did not come; seen: ${seen()}`)), patienceMs)
      const check = (): void => {
        const found = this.events.find(matches)
        if (found === undefined) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  async spawned(spec: LaunchSpec): Promise<ProcessId> {
    const isIt = (event: ProcessEvent): event is ProcessEvent & { kind: 'spawned' } =>
      event.kind === 'spawned' && event.key.invocationId === spec.invocationId && event.key.role === spec.role
    return (await this.event(isIt)).process
  }

  async exited(spec: LaunchSpec): Promise<ExitRecord> {
    const isIt = (event: ProcessEvent): event is ProcessEvent & { kind: 'exited' } =>
      event.kind === 'exited' && event.key.invocationId === spec.invocationId && event.key.role === spec.role
    return (await this.event(isIt)).record
  }

  async execed(spec: LaunchSpec): Promise<void> {
    await this.event(
      (event) =>
        event.kind === 'execed' &&
        event.key.invocationId === spec.invocationId &&
        event.key.role === spec.role,
    )
  }

  async empty(unit: string): Promise<void> {
    await this.event((event) => event.kind === 'empty' && event.unit === unit)
  }

  /** Launches, waits for the end, and gives what the service wrote on its standard output. */
  async output(spec: LaunchSpec): Promise<{ readonly text: string; readonly record: ExitRecord }> {
    const path = join(this.prefix, `${spec.unit}.out`)
    const streams = {
      ...spec.streams,
      stdout: { kind: 'append', path },
      stderr: { kind: 'same-as-stdout' },
    } as const
    await this.executor.launch({ ...spec, streams })
    const record = await this.exited(spec)
    return { text: readFileSync(path, 'utf8'), record }
  }

  /** Kills what still runs, forgets it, cgroups included, and removes the prefix. */
  async close(): Promise<void> {
    const keys = this.events.flatMap((event) => ('key' in event ? [event.key] : []))
    const giveUpAt = Date.now() + 2000
    for (const { unit, invocationId } of keys) {
      await this.executor.signal(unit, 'all', 'SIGKILL')
      // Forgetting what has not ended does nothing, and its end is on its way.
      while (existsSync(join(this.runDirectory, unit, invocationId)) && Date.now() < giveUpAt) {
        await this.executor.forget(unit, invocationId)
        await new Promise(setImmediate)
      }
    }
    await this.executor.close()
    const cgroups = ownCgroupRoot(this.prefix)
    if (cgroups !== undefined) await removeCgroups(cgroups)
    rmSync(this.prefix, { recursive: true, force: true, maxRetries: 5 })
  }
}
