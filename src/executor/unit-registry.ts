/** The units that have, or lately had, processes here: by name, each with its cgroup where there are cgroups. */
import type { Clock } from '../base/clock.ts'
import { Cgroup } from './cgroup.ts'
import type { CgroupRoot } from './cgroup-root.ts'
import type { ProcessEvent } from './executor.ts'
import { HandedDown } from './handed-down.ts'
import type { CgroupSpec } from './launch-spec.ts'
import type { Liveness } from './liveness.ts'
import type { TrackedProcess } from './tracked-process.ts'
import { TrackedUnit } from './tracked-unit.ts'
import { type Census, takeCensus } from './unit-processes.ts'

export interface RegistryContext {
  readonly clock: Clock
  readonly orphans: Liveness
  readonly emit: (event: ProcessEvent) => void
  readonly cgroupRoot: CgroupRoot | undefined
}

/** How old a list of all processes may be where many units ask at once. */
const censusMs = 50

export class UnitRegistry {
  readonly #context: RegistryContext
  readonly #units = new Map<string, TrackedUnit>()
  readonly #slices = new Map<string, Cgroup>()
  readonly #handedDown: HandedDown | undefined
  #census: { readonly atMs: number; readonly census: Census } | undefined

  constructor(context: RegistryContext) {
    this.#context = context
    this.#handedDown = context.cgroupRoot && new HandedDown(context.cgroupRoot)
  }

  get all(): Iterable<TrackedUnit> {
    return this.#units.values()
  }

  find(name: string): TrackedUnit | undefined {
    return this.#units.get(name)
  }

  /** Known from now on. */
  get(name: string): TrackedUnit {
    const known = this.#units.get(name)
    if (known !== undefined) return known
    const unit = new TrackedUnit(name, { ...this.#context, census: () => this.#recentCensus() })
    this.#units.set(name, unit)
    return unit
  }

  /** The process whose directory, relative to the run directory, is that. */
  processAt(place: string): TrackedProcess | undefined {
    return this.#units.get(place.slice(0, place.indexOf('/')))?.processes.get(place)
  }

  /** Says where the unit's cgroup lies, which may be there already. */
  assignCgroup(unit: TrackedUnit, spec: CgroupSpec | undefined): void {
    const root = this.#context.cgroupRoot
    if (root !== undefined && spec !== undefined)
      unit.cgroup ??= new Cgroup(root, spec.path, this.#handedDown)
  }

  /** Makes the unit's cgroup, with these settings; gives those that the host did not take. */
  prepareCgroup(unit: TrackedUnit, spec: CgroupSpec | undefined): readonly string[] {
    this.assignCgroup(unit, spec)
    unit.cgroup?.make()
    if (spec === undefined) return []
    if (spec.delegate !== undefined) unit.cgroup?.delegate(spec.delegate)
    return unit.cgroup?.apply(spec.settings) ?? Object.keys(spec.settings)
  }

  apply(name: string, spec: CgroupSpec): readonly string[] {
    return name.endsWith('.slice') ? this.#applySlice(name, spec) : this.prepareCgroup(this.get(name), spec)
  }

  /** Makes the cgroup of a slice, or changes it; it stays until `dropSlice`, with units in it or without. */
  #applySlice(name: string, spec: CgroupSpec): readonly string[] {
    const root = this.#context.cgroupRoot
    if (root === undefined) return Object.keys(spec.settings)
    const slice = this.#slices.get(name) ?? new Cgroup(root, spec.path, this.#handedDown)
    this.#slices.set(name, slice)
    slice.make()
    this.#withhold(slice, spec.withheld ?? [])
    const refused = slice.apply(spec.settings)
    slice.watch({
      emptied: () => {},
      oomKilled: () => {},
      limitChanged: (file, found) => this.#context.emit({ kind: 'limit-changed', unit: name, file, found }),
    })
    return refused
  }

  /** Limits of what is in the slice already go and come with the controllers. */
  #withhold(slice: Cgroup, names: readonly string[]): void {
    if (this.#handedDown?.withhold(slice.path, names) !== true) return
    const units = [...this.#units.values()].flatMap(({ cgroup }) => cgroup ?? [])
    for (const cgroup of [...this.#slices.values(), ...units])
      if (cgroup.path.startsWith(`${slice.path}/`)) cgroup.renew()
  }

  dropSlice(name: string): void {
    const slice = this.#slices.get(name)
    this.#slices.delete(name)
    if (slice !== undefined) this.#withhold(slice, [])
    // With units in it still, it is removed with the last of them.
    if (slice?.isPopulated() === false) slice.remove(this.#isSlice)
    else slice?.unwatch()
  }

  readonly #isSlice = (path: string): boolean =>
    [...this.#slices.values()].some((slice) => slice.path === path)

  close(): void {
    for (const unit of this.#units.values()) unit.close()
    for (const slice of this.#slices.values()) slice.unwatch()
  }

  /** Forgets a unit of which nothing is left, and removes its cgroup. */
  drop(unit: TrackedUnit): void {
    if (unit.processes.size > 0 || unit.isRunning) return
    unit.close()
    unit.cgroup?.remove(this.#isSlice)
    this.#units.delete(unit.name)
  }

  #recentCensus(): Census {
    const { clock } = this.#context
    if (this.#census === undefined || Math.abs(clock.now() - this.#census.atMs) > censusMs) {
      const census = takeCensus()
      // As of its end: with many processes it takes longer than it is good for.
      this.#census = { atMs: clock.now(), census }
    }
    return this.#census.census
  }
}
