/** Makes the desired state of a revision out of its files: units, their hashes, the edges between them, every finding. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { FileTree } from '../base/file-tree.ts'
import type { Revision } from '../base/revision.ts'
import type { HostFacts } from '../units/host-facts.ts'
import { loadUnits, type UnitCache } from '../units/load.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import { type CanonicalSettings, canonicalSettings, type NamedFiles, settingsHash } from './canonical.ts'
import type { DesiredState, DesiredUnit } from './desired.ts'
import { cycleDiagnostics, orderingEdges } from './graph.ts'
import { nameIndex } from './names.ts'
import { missingRequirements, pulledIn } from './requirements.ts'
import { activatedUnits, isWanted } from './wanted.ts'

/** What one pass leaves for the next, so that work grows with the change and not with the repository. */
export interface DesiredCache {
  readonly units: UnitCache
  readonly identities: WeakMap<LoadedUnit, Identity>
}

interface Identity {
  readonly settings: CanonicalSettings
  readonly hash: string
}

export interface Surroundings {
  readonly host: HostFacts
  /** Absolute path under which the watched folder lies, for EnvironmentFile= of the repository's own files. */
  readonly folderPath: string
  readonly cache: DesiredCache
}

export const desiredState = (
  revision: Revision,
  tree: FileTree,
  surroundings: Surroundings,
): DesiredState => {
  const loaded = loadUnits(tree, surroundings.host, { cache: surroundings.cache.units, requested: pulledIn })
  const units = [...loaded.units.values()]
  const names = nameIndex(units)
  const orderings = orderingEdges(units, names)
  const files = namedFiles(tree, surroundings.folderPath)
  const activated = activatedUnits(units)
  const diagnostics = [
    ...loaded.diagnostics,
    ...missingRequirements(units, names),
    ...cycleDiagnostics(orderings),
  ]
  return {
    revision,
    units: new Map(units.map((unit) => [unit.name, desiredUnit(unit, activated, files, surroundings.cache)])),
    orderings,
    diagnostics,
  }
}

/** True where a finding stops the revision from being applied. */
export const isRefused = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error')

const desiredUnit = (
  unit: LoadedUnit,
  activated: ReadonlySet<UnitName>,
  files: NamedFiles,
  cache: DesiredCache,
): DesiredUnit => ({ unit, ...identity(unit, files, cache), isWanted: isWanted(unit, activated) })

/** Units that name files are computed anew each time, since the file may have changed though the unit did not. */
const identity = (unit: LoadedUnit, files: NamedFiles, cache: DesiredCache): Identity => {
  const known = cache.identities.get(unit)
  if (known && !unit.service?.EnvironmentFile?.length) return known
  const settings = canonicalSettings(unit, files)
  const made = { settings, hash: settingsHash(settings) }
  cache.identities.set(unit, made)
  return made
}

const namedFiles = (tree: FileTree, folderPath: string): NamedFiles => {
  const files = new Map<string, string>()
  for (const [path, entry] of tree) files.set(`${folderPath}/${path}`, entry.id)
  return files
}
