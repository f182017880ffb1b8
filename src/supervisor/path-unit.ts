/** One path unit as it lives: watches its paths, starts its unit when something is there, or has changed. */
import type { Cause } from '../base/cause.ts'
import {
  initialPathState,
  nextPath,
  type PathEffect,
  type PathEvent,
  type PathState,
  pathActiveStateOf,
  readPathState,
} from '../lifecycle/path.ts'
import type { PathSettings } from '../units/directives/tables.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import {
  activatedUnitOf,
  isUpStatus,
  type OtherSurroundings,
  type OtherUnit,
  processlessStatus,
  type UpOrDown,
} from './other-unit.ts'
import type { Outcome } from './supervisor-port.ts'
import type { UnitStatus } from './unit-status.ts'

interface PathRecord {
  readonly path: PathState
  readonly bootMark: string
  readonly invocationId: string | undefined
  /** What was watched for changes, as it was then. */
  readonly mark: string
}

/** How long nothing is tried when the unit can't be started. */
const pauseMs = 1000

export class PathUnit implements OtherUnit {
  readonly #around: OtherSurroundings
  #definition: LoadedUnit
  #revision: string
  #state: PathState
  #invocationId: string | undefined
  #unwatch: () => void = () => {}
  #cancelLook: () => void = () => {}

  constructor(definition: LoadedUnit, revision: string, around: OtherSurroundings) {
    this.#around = around
    this.#definition = definition
    this.#revision = revision
    this.#state = initialPathState(around.ports.clock.now())
  }

  get name(): UnitName {
    return this.#definition.name
  }

  get definition(): LoadedUnit {
    return this.#definition
  }

  get status(): UnitStatus {
    const { state, result, sinceMs, reason, lastTriggerMs } = this.#state
    return processlessStatus(this.#definition, this.#revision, {
      activeState: pathActiveStateOf(state),
      subState: state,
      result,
      sinceMs,
      reason,
      invocationId: this.#invocationId,
      trigger: { unit: this.#target, lastAtMs: lastTriggerMs },
    })
  }

  redefine(definition: LoadedUnit, revision: string): void {
    this.#definition = definition
    this.#revision = revision
  }

  restore(saved: unknown): void {
    const record = saved as Partial<PathRecord> | undefined
    const state = readPathState(record?.path)
    if (state === undefined || record?.bootMark !== this.#around.ports.settings.bootMark) return
    this.#state = state
    this.#invocationId = record.invocationId
    if (pathActiveStateOf(state.state) !== 'active' || !this.#watch()) return
    const hasChanged = record.mark !== this.#mark()
    this.#feed({ kind: 'looked', isFound: this.#isFound(), hasChanged })
    if (this.#isTargetUp()) this.#feed({ kind: 'unit-up' })
    else if (state.state === 'running') this.#feed({ kind: 'unit-down', isFound: this.#isFound() })
  }

  start(cause: Cause): Outcome {
    if (this.#around.status(this.#target) === undefined)
      return this.#refuse(`there is no unit ${this.#target} to start`)
    this.#invocationId = this.#around.ports.newInvocationId()
    this.#makeDirectories()
    if (!this.#watch()) return { kind: 'failed', reason: this.#state.reason }
    this.#feed({ kind: 'start', isFound: this.#isFound(), reason: cause.text })
    if (this.#isTargetUp()) this.#feed({ kind: 'unit-up' })
    return { kind: 'ready' }
  }

  stop(cause: Cause): Outcome {
    this.#feed({ kind: 'stop', reason: cause.text })
    return { kind: 'done' }
  }

  restart(cause: Cause): Outcome {
    return this.start(cause)
  }

  refresh(): void {}

  unitChanged({ unit, activeState }: UpOrDown): void {
    if (unit !== this.#target) return
    const isDown = activeState === 'inactive' || activeState === 'failed'
    this.#feed(isDown ? { kind: 'unit-down', isFound: this.#isFound() } : { kind: 'unit-up' })
  }

  letGo(): void {
    this.#unwatch()
    this.#cancelLook()
  }

  get #target(): UnitName {
    return activatedUnitOf(this.#definition)
  }

  get #settings(): PathSettings {
    return this.#definition.path!
  }

  #feed(event: PathEvent): void {
    const { ports, changed } = this.#around
    const { TriggerLimitIntervalSec, TriggerLimitBurst } = this.#settings
    const limit = { intervalMs: TriggerLimitIntervalSec / 1000, burst: TriggerLimitBurst }
    const before = this.#state
    const { state, effects } = nextPath(before, event, { limit, now: ports.clock.now() })
    this.#state = state
    if (state !== before) this.#save()
    for (const effect of effects) this.#carryOut(effect)
    if (state.state !== before.state) changed(this, before.state)
  }

  #carryOut(effect: PathEffect): void {
    const { clock } = this.#around.ports
    switch (effect) {
      case 'activate':
        void this.#activate()
        break
      case 'unwatch':
        this.letGo()
        break
      case 'look-later':
        this.#cancelLook()
        this.#cancelLook = clock.at(clock.now() + pauseMs, () => this.#look(false))
        break
    }
  }

  /** False where it can't; the unit has failed then. */
  #watch(): boolean {
    this.#unwatch()
    try {
      this.#unwatch = this.#around.ports.paths.watch(this.#settings.Paths, (hasChanged) =>
        this.#look(hasChanged),
      )
      return true
    } catch (error) {
      this.#refuse((error as Error).message)
      return false
    }
  }

  #look(hasChanged: boolean): void {
    this.#feed({ kind: 'looked', isFound: this.#isFound(), hasChanged })
  }

  async #activate(): Promise<void> {
    const environment = { TRIGGER_UNIT: this.name }
    const cause: Cause = { kind: 'timer', text: `${this.name} found what it waits for`, environment }
    const outcome = await this.#around.activate(this.#target, cause)
    if (this.#isTargetUp() || this.#state.state !== 'running') return
    if (this.#around.status(this.#target)?.activeState === 'deactivating') return
    const why = outcome.kind === 'failed' ? outcome.reason : `${this.#target} is down`
    this.#feed({ kind: 'not-started', why })
  }

  /** Not for paths that are waited for: they would be there at once. */
  #makeDirectories(): void {
    const { MakeDirectory, DirectoryMode, Paths } = this.#settings
    if (!MakeDirectory) return
    for (const { kind, path } of Paths)
      if (!kind.startsWith('PathExists')) this.#around.ports.paths.makeDirectory(path, DirectoryMode)
  }

  #refuse(why: string): Outcome {
    this.#feed({ kind: 'fail', why })
    return { kind: 'failed', reason: why }
  }

  #isFound(): boolean {
    return this.#around.ports.paths.isFound(this.#settings.Paths)
  }

  #mark(): string {
    return this.#around.ports.paths.mark(this.#settings.Paths)
  }

  #isTargetUp(): boolean {
    return isUpStatus(this.#around.status(this.#target))
  }

  #save(): void {
    const { unitStates, settings } = this.#around.ports
    const record: PathRecord = {
      path: this.#state,
      bootMark: settings.bootMark,
      invocationId: this.#invocationId,
      mark: this.#mark(),
    }
    unitStates.save(this.name, record)
  }
}
