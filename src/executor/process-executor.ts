/**
 * The executor: launches through shims, hears of them through the doorbell, and finds them again after a restart.
 * Read shim.sh first, then tracked-process.ts. This folder imports base only and never logs.
 */
import { getPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../base/clock.ts'
import type { ProcessId } from '../base/process-id.ts'
import { withAllGroups } from './account-groups.ts'
import { Adoption } from './adoption.ts'
import { Confiner } from './confiner.ts'
import { listenAtDoorbell, type StopListening } from './doorbell.ts'
import { execChain } from './exec-chain.ts'
import type { Abilities, Adopted, Executor, ProcessEvent, ProcessKey, Usage } from './executor.ts'
import { examineHost, type Host } from './host-abilities.ts'
import { findHostTools } from './host-tools.ts'
import { inheritedFds } from './inherited-files.ts'
import { type LaunchContext, type ShimInvocation, shimInvocation } from './launch-arguments.ts'
import { launchFailure } from './launch-failure.ts'
import type { CgroupSpec, LaunchSpec } from './launch-spec.ts'
import { lowerToCeilings } from './limit-ceilings.ts'
import { Liveness } from './liveness.ts'
import { NewerRemains } from './newer-protocol.ts'
import { loadPosixSpawn, type PosixSpawn } from './posix-spawn.ts'
import { readBootId, readOrUndefined } from './proc.ts'
import { freezeUnit, sendSignal, signalUnit } from './process-signal.ts'
import { type Launcher, refuseUnsupported } from './refusals.ts'
import { protocolVersion, RunDirectory, type SavedLaunch } from './run-directory.ts'
import { inputWord, makeInput, sendInput } from './service-input.ts'
import { ShimWatch } from './shim-watch.ts'
import { spawnShim } from './spawn-shim.ts'
import { keepStarterFiles } from './starter-files.ts'
import type { TrackedProcess } from './tracked-process.ts'
import { Tracker } from './tracker.ts'
import { UnitRegistry } from './unit-registry.ts'
import { readUsage } from './usage.ts'

export interface ExecutorOptions {
  /** Made if missing; mode 0700. */
  readonly runDirectory: string
  /** Where the slices lie; undefined: found out; false: no cgroups are used. */
  readonly cgroupRoot?: string | false | undefined
  /** What a root of our own is called at the top of the tree: two daemons of one host need two. Default `gitproc`. */
  readonly cgroupName?: string
  readonly clock: Clock
}

export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  keepStarterFiles()
  const tools = findHostTools()
  const identity = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, nice: getPriority() }
  const host = await examineHost(
    tools,
    identity,
    options.cgroupRoot ?? { name: options.cgroupName ?? 'gitproc' },
  )
  return new ProcessExecutor(options, host, { ...identity, tools })
}

/** How often a process is looked at whose end nobody tells. */
const orphanMs = 250
type Myself = Pick<LaunchContext, 'uid' | 'nice' | 'tools'> & { readonly gid: number }

class ProcessExecutor implements Executor {
  readonly limitations: readonly string[]
  readonly #newer: NewerRemains
  readonly abilities: Abilities
  readonly #clock: Clock
  readonly #launcher: Launcher
  readonly #host: Pick<Host, 'limitCeilings' | 'lease'>
  readonly #context: Pick<LaunchContext, 'shim' | 'doorbell' | 'tools' | 'uid' | 'nice' | 'oomScoreAdjust'>
  readonly #files: RunDirectory
  readonly #confiner: Confiner
  readonly #bootId = readBootId()
  readonly #units: UnitRegistry
  readonly #listeners = new Set<(event: ProcessEvent) => void>()
  readonly #orphans: Liveness
  readonly #shims: ShimWatch
  readonly #tracker: Tracker
  readonly #adoption: Adoption
  readonly #stopListening: StopListening
  readonly #posixSpawn: PosixSpawn | undefined
  #isAdopting = false

  constructor(options: ExecutorOptions, host: Host, myself: Myself) {
    this.#clock = options.clock
    const limitations = [...host.limitations]
    this.limitations = limitations
    this.abilities = host.abilities
    this.#launcher = { ...myself, abilities: host.abilities }
    this.#host = host
    this.#files = new RunDirectory(options.runDirectory)
    this.#newer = new NewerRemains(this.#files, (words) => limitations.push(words))
    this.#confiner = new Confiner(host.helper, myself, options.runDirectory)
    this.#context = {
      ...myself,
      shim: fileURLToPath(new URL('./shim.sh', import.meta.url)),
      doorbell: this.#files.doorbell,
      oomScoreAdjust: Number(readOrUndefined('/proc/self/oom_score_adj') ?? 0),
    }
    this.#orphans = new Liveness(options.clock, orphanMs)
    this.#shims = new ShimWatch(this.#files, options.clock)
    this.#units = new UnitRegistry({
      clock: options.clock,
      orphans: this.#orphans,
      emit: (event) => this.#emit(event),
      cgroupRoot: host.cgroupRoot,
    })
    const files = {
      runDirectory: this.#files,
      clock: options.clock,
      orphans: this.#orphans,
      shims: this.#shims,
    }
    this.#tracker = new Tracker({ ...files, emit: (event) => this.#emit(event) })
    this.#adoption = new Adoption({
      files: this.#files,
      newer: this.#newer,
      units: this.#units,
      tracker: this.#tracker,
      shims: this.#shims,
      bootId: this.#bootId,
    })
    this.#posixSpawn = loadPosixSpawn(options.clock)
    this.#stopListening = listenAtDoorbell(this.#files.doorbell, myself.tools.mkfifo, ({ kind, place }) => {
      const tracked = this.#units.processAt(place)
      if (kind === 'gone') tracked?.shimGone()
      else tracked?.look()
    })
  }

  #withinCeilings(spec: LaunchSpec): LaunchSpec {
    const rlimits = lowerToCeilings(spec.limits.rlimits, this.#host.limitCeilings)
    return { ...spec, limits: { ...spec.limits, rlimits } }
  }

  async launch(spec: LaunchSpec): Promise<void> {
    refuseUnsupported(spec, this.#launcher)
    this.#newer.refuseBeside(spec.unit)
    const complete = this.#withinCeilings(await withAllGroups(spec, this.#launcher.uid))
    const key: ProcessKey = { unit: spec.unit, invocationId: spec.invocationId, role: spec.role }
    const unit = this.#units.get(spec.unit)
    const confine = this.#confiner.contextOf(complete, this.#files.directory(key))
    const chain = execChain(complete, { ...this.#context, confine })
    this.#tracker.forgetEndedControl(unit, key)
    const saved: SavedLaunch = {
      protocol: protocolVersion,
      bootId: this.#bootId,
      launchedAtMs: this.#clock.now(),
      oomKills: unit.cgroup?.oomKills ?? 0,
      spec: complete,
      links: chain.links,
    }
    const directory = this.#createDirectory(key, saved)
    const places = { process: directory, invocation: this.#files.invocation(key) }
    try {
      makeInput(spec.streams.stdin, places, this.#context.tools.mkfifo)
      this.#units.prepareCgroup(unit, spec.cgroup)
      const ring = this.#files.ring(key)
      const input = inputWord(spec.streams.stdin, places)
      const context = { ...this.#context, directory, ring, input, cgroup: unit.cgroup?.path }
      await this.#start(this.#tracker.track(unit, key, saved), shimInvocation(complete, chain, context))
    } catch (cause) {
      unit.processes.delete(this.#files.ring(key))
      this.#files.removeProcess(key)
      throw launchFailure(key, cause)
    }
  }

  async adopt(): Promise<readonly Adopted[]> {
    this.#isAdopting = true
    const adopted = this.#adoption.all()
    this.#isAdopting = false
    this.#files.removeEmptyUnits()
    // Those that ended meanwhile have nobody left to tell that they are empty.
    this.#clock.at(this.#clock.now(), () => {
      for (const unit of this.#units.all) unit.checkAfterAdoption()
    })
    return adopted
  }

  watchForeign(key: ProcessKey, process: ProcessId): void {
    this.#units.get(key.unit).watchForeign(key, process)
  }

  async signal(unitName: string, target: ProcessId | 'all', signal: string): Promise<void> {
    if (target !== 'all') return sendSignal(target, signal)
    signalUnit(this.#units.find(unitName), signal)
  }

  send(unit: string, invocationId: string, data: Uint8Array): Promise<void> {
    return sendInput(this.#files.invocation({ unit, invocationId }), data)
  }

  async freeze(unitName: string, isFrozen: boolean): Promise<void> {
    freezeUnit(this.#units.find(unitName), isFrozen)
  }

  async processes(unit: string): Promise<readonly ProcessId[]> {
    return this.#units.find(unit)?.members('fresh') ?? []
  }

  async applyCgroup(unitName: string, spec: CgroupSpec): Promise<readonly string[]> {
    return this.#units.apply(unitName, spec)
  }

  readUsage(unitName: string, earlier?: Usage): Usage {
    const unit = this.#units.find(unitName)
    return readUsage({ cgroup: unit?.cgroup, members: () => unit?.stats('recent') ?? [] }, earlier)
  }

  async forget(unitName: string, invocationId: string): Promise<void> {
    if (unitName.endsWith('.slice')) return this.#units.dropSlice(unitName)
    const unit = this.#units.find(unitName)
    const its = [...(unit?.processes ?? [])].filter(
      ([, tracked]) => tracked.key.invocationId === invocationId,
    )
    if (its.some(([, tracked]) => !tracked.hasEnded)) return
    for (const [ring] of its) unit?.processes.delete(ring)
    this.#files.removeInvocation(unitName, invocationId)
    if (unit !== undefined) this.#units.drop(unit)
  }

  subscribe(listener: (event: ProcessEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#stopListening()
    this.#listeners.clear()
    this.#units.close()
    this.#orphans.close()
    this.#shims.close()
    this.#posixSpawn?.close()
    this.#host.lease?.release()
  }

  /** Apart from the rest of a launch: a directory that was there before is somebody else's, and stays. */
  #createDirectory(key: ProcessKey, saved: SavedLaunch): string {
    try {
      return this.#files.create(key, saved)
    } catch (cause) {
      throw launchFailure(key, cause)
    }
  }

  async #start(tracked: TrackedProcess, invocation: ShimInvocation): Promise<void> {
    let hasEnded = false
    const pid = await spawnShim(
      this.#posixSpawn,
      { ...invocation, fds: inheritedFds(tracked.launch.spec) },
      () => {
        hasEnded = true
        // unshare ends before its shim: from then on the shim is nobody's child here.
        this.#shims.watch(tracked)
      },
    )
    // It has done its work once the namespace has a service in it, and would only wait.
    if (!tracked.launch.spec.sandbox.privatePids) return
    tracked.whenSpawned(() => {
      if (!hasEnded) process.kill(pid, 'SIGKILL')
    })
  }

  #emit(event: ProcessEvent): void {
    if (this.#isAdopting) return
    for (const listener of this.#listeners) listener(event)
  }
}
