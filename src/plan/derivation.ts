/**
 * From the files of a folder to its graph of units, and from one revision of the folder to the next: what was derived before
 * is taken over, and the work grows with what differs.
 */
import { changedKeys, withChanges } from '../base/changed-keys.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { FileTree } from '../base/file-tree.ts'
import type { HostFacts } from '../units/host-facts.ts'
import { emptyFolder, loadUnits, type UnitFolder } from '../units/load.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import { canonicalSettings, filesAt, type NamedFiles, settingsHash } from './canonical.ts'
import { cycleDiagnostics } from './cycles.ts'
import type { DesiredUnit, UnitGraph } from './desired.ts'
import { emptyGraph, namesAfter, otherNames, unitCalled } from './graph.ts'
import { missingRequirements } from './missing-requirements.ts'
import { type NameIndex, nextNameIndex, type UnitMove } from './name-index.ts'
import { activates, isWanted } from './wanted.ts'

export interface Surroundings {
  readonly host: HostFacts
  /** Absolute path under which the watched folder lies, for EnvironmentFile= of the repository's own files. */
  readonly folderPath: string
}

/** A graph, and how it was come by: what the next one is derived from. */
export interface Derivation {
  readonly folderPath: string
  readonly folder: UnitFolder
  readonly graph: UnitGraph
  /** Absolute path of a file → the units that take variables from it. */
  readonly files: NameIndex
  /** Unit → what it requires and does not have. */
  readonly lacking: ReadonlyMap<UnitName, readonly Diagnostic[]>
  readonly cycles: readonly Diagnostic[]
}

/** The empty folder, from which every other one can be derived. */
export const emptyDerivation = ({ host, folderPath }: Surroundings): Derivation => ({
  folderPath,
  folder: emptyFolder(host),
  graph: emptyGraph,
  files: new Map(),
  lacking: new Map(),
  cycles: [],
})

/** The same whatever it is derived from; it costs least from a folder that is like it. */
export const derive = (
  tree: FileTree,
  surroundings: Surroundings,
  earlier = emptyDerivation(surroundings),
): Derivation => {
  const { host, folderPath } = surroundings
  const isOfHere = earlier.folder.host === host && earlier.folderPath === folderPath
  const before = isOfHere ? earlier : emptyDerivation(surroundings)
  const folder = loadUnits(tree, host, before.folder)
  const moves = movesBetween(before.folder, folder)
  const files = nextNameIndex(before.files, moves, environmentFiles)
  const next = { folderPath, folder, files }
  const names = namesAfter(before.graph, moves)
  const changes = new Map<UnitName, DesiredUnit | undefined>()
  for (const name of touchedUnits(moves, before, next)) {
    const unit = desiredUnit(name, before, { ...next, mentions: names.mentions })
    if (unit !== before.graph.units.get(name)) changes.set(name, unit)
  }
  const graph = { units: withChanges(before.graph.units, changes), ...names }
  return { ...next, graph, ...soundnessOf(graph, moves, before) }
}

const movesBetween = (before: UnitFolder, after: UnitFolder): readonly UnitMove[] =>
  changedKeys(before.units, after.units).map((name) => ({
    name,
    before: before.units.get(name),
    after: after.units.get(name),
  }))

const environmentFiles = (unit: LoadedUnit): readonly string[] =>
  unit.service?.EnvironmentFile.map(({ path }) => path) ?? []

type Place = Pick<Derivation, 'folderPath' | 'folder' | 'files'>

/** Units that moved, that others activate from now on or no longer, or whose files hold something else. */
const touchedUnits = (moves: readonly UnitMove[], before: Place, after: Place): ReadonlySet<UnitName> => {
  const touched = new Set(moves.map(({ name }) => name))
  for (const { before: old, after: young } of moves)
    for (const unit of [old, young]) for (const name of unit ? activates(unit) : []) touched.add(name)
  const [was, is] = [filesOf(before), filesOf(after)]
  for (const [path, units] of after.files)
    if (was(path) !== is(path)) for (const unit of units) touched.add(unit)
  return touched
}

const filesOf = ({ folder, folderPath }: Pick<Place, 'folder' | 'folderPath'>): NamedFiles =>
  filesAt(folderPath, folder.index.tree)

/** The very same one where nothing of it differs. */
const desiredUnit = (
  name: UnitName,
  { graph }: Pick<Derivation, 'graph'>,
  after: Place & Pick<UnitGraph, 'mentions'>,
): DesiredUnit | undefined => {
  const unit = after.folder.units.get(name)
  const known = graph.units.get(name)
  if (unit === undefined) return undefined
  const takesFiles = environmentFiles(unit).length > 0
  const settings =
    known?.unit === unit && !takesFiles ? known.settings : canonicalSettings(unit, filesOf(after))
  const hash = settings === known?.settings ? known.hash : settingsHash(settings)
  const wanted = isWanted(unit, after.mentions, after.folder.units)
  return known?.unit === unit && known.hash === hash && known.isWanted === wanted
    ? known
    : { unit, settings, hash, isWanted: wanted }
}

/** What nothing of the revision may have: looked for only where it can have come about. */
const soundnessOf = (
  graph: UnitGraph,
  moves: readonly UnitMove[],
  before: Derivation,
): Pick<Derivation, 'lacking' | 'cycles'> => {
  const moved = moves.map(({ name }) => name)
  const old = moves.flatMap((move) => (move.before ? namesOf(move.before) : []))
  const young = moves.flatMap((move) => (move.after ? namesOf(move.after) : []))
  const bereft = old.flatMap((name) => graph.mentions.get(name) ?? [])
  const renamed = [...old, ...young].flatMap((name) => unitCalled(graph, name) ?? [])
  const suspects = before.cycles.length > 0 ? graph.units.keys() : new Set([...moved, ...renamed])
  return {
    lacking: missingRequirements(graph, new Set([...moved, ...bereft, ...before.lacking.keys()])),
    cycles: cycleDiagnostics(graph, suspects),
  }
}

const namesOf = (unit: LoadedUnit): readonly UnitName[] => [unit.name, ...otherNames(unit)]
