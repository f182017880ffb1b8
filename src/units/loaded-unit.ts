/** A unit as loaded: merged from its fragment and drop-ins, typed by the tables of directives. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type {
  AutomountSettings,
  InstallSettings,
  MountSettings,
  PathSettings,
  ServiceSettings,
  SliceSettings,
  SocketSettings,
  SwapSettings,
  TimerSettings,
  UnitSettings,
} from './directives/tables.ts'
import type { LoadState, Origin, UnitName, UnitType } from './unit.ts'

export interface LoadedUnit {
  readonly name: UnitName
  readonly type: UnitType
  /** `web@.service` where this is the instance `web@a.service`. */
  readonly template?: UnitName
  /** The instance as written in the name, escaped: `%i`. */
  readonly instance?: string
  /** True for `web@.service` itself, which never runs. */
  readonly isTemplate: boolean
  readonly aliases: readonly UnitName[]
  readonly loadState: LoadState
  /** Path of the main file in the tree; undefined for a unit that consists of drop-ins only. */
  readonly fragment: string | undefined
  /** Paths of the drop-ins that apply, in the order applied. */
  readonly dropIns: readonly string[]
  /** Every assignment still in force, in order. */
  readonly origins: readonly Origin[]
  readonly diagnostics: readonly Diagnostic[]
  readonly unit: UnitSettings
  readonly install: InstallSettings
  /** Exactly the one that the type asks for is set. */
  readonly service?: ServiceSettings
  readonly timer?: TimerSettings
  readonly socket?: SocketSettings
  readonly path?: PathSettings
  readonly slice?: SliceSettings
  readonly mount?: MountSettings
  readonly automount?: AutomountSettings
  readonly swap?: SwapSettings
}

/** An order that does not hang on how a folder grew. */
export const byName = (a: LoadedUnit, b: LoadedUnit): number => (a.name < b.name ? -1 : 1)

/** What a folder of unit files comes to. */
export interface LoadedUnits {
  readonly units: ReadonlyMap<UnitName, LoadedUnit>
  /** All findings of all units and of files that are no units, sorted by place. */
  readonly diagnostics: readonly Diagnostic[]
}
