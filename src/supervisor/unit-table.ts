/** The units that the supervisor has, by name, and the present definition of each. */
import { GitprocError } from '../base/error.ts'
import { type KnownUnits, namesOthers } from '../lifecycle/dependencies.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { OtherUnit } from './other-unit.ts'
import { ServiceUnit } from './service-unit.ts'

export type Unit = ServiceUnit | OtherUnit

export class UnitTable {
  readonly definitions = new UnitDefinitions()
  readonly #units = new Map<UnitName, Unit>()

  find(name: UnitName): Unit | undefined {
    return this.#units.get(name)
  }

  /** Fails `units/unknown`. */
  get(name: UnitName): Unit {
    const unit = this.#units.get(name)
    if (unit === undefined) throw new GitprocError('units/unknown', `no unit is called ${name}`)
    return unit
  }

  findService(name: UnitName): ServiceUnit | undefined {
    const unit = this.#units.get(name)
    return unit instanceof ServiceUnit ? unit : undefined
  }

  /** Fails `units/unknown`. */
  getService(name: UnitName): ServiceUnit {
    const unit = this.get(name)
    if (unit instanceof ServiceUnit) return unit
    throw new GitprocError('units/unknown', `${name} has no processes: it is no service`)
  }

  add(unit: Unit): void {
    this.#units.set(unit.name, unit)
  }

  remove(name: UnitName): void {
    this.#units.delete(name)
    this.definitions.delete(name)
  }

  get names(): Iterable<UnitName> {
    return this.#units.keys()
  }

  get all(): Iterable<Unit> {
    return this.#units.values()
  }

  *services(): Generator<ServiceUnit> {
    for (const unit of this.#units.values()) if (unit instanceof ServiceUnit) yield unit
  }

  *others(): Generator<OtherUnit> {
    for (const unit of this.#units.values()) if (!(unit instanceof ServiceUnit)) yield unit
  }
}

class UnitDefinitions extends Map<UnitName, LoadedUnit> implements KnownUnits {
  readonly #naming = new Map<UnitName, LoadedUnit>()

  get naming(): Iterable<LoadedUnit> {
    return this.#naming.values()
  }

  override set(name: UnitName, definition: LoadedUnit): this {
    if (namesOthers(definition)) this.#naming.set(name, definition)
    else this.#naming.delete(name)
    return super.set(name, definition)
  }

  override delete(name: UnitName): boolean {
    this.#naming.delete(name)
    return super.delete(name)
  }
}
