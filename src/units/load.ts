/** A folder of unit files → typed units and every finding. Start reading here, then `load/load-one.ts`. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { FileTree } from '../base/file-tree.ts'
import { connectionModelName } from './connection-units.ts'
import type { HostFacts } from './host-facts.ts'
import { loadOne } from './load/load-one.ts'
import type { Pass } from './load/sources.ts'
import { UnitCache } from './load/unit-cache.ts'
import { canonicalName, indexUnits, type UnitIndex } from './load/unit-index.ts'
import { withheldLimits } from './load/withheld-limits.ts'
import type { LoadedUnit, LoadedUnits } from './loaded-unit.ts'
import { nameKind, parseUnitName } from './name.ts'
import type { UnitName } from './unit.ts'

export type { UnitCache } from './load/unit-cache.ts'

/** One cache serves one watched folder, pass after pass: unchanged units stay the very same objects. */
export const createUnitCache = (): UnitCache => new UnitCache()

export interface LoadOptions {
  readonly cache?: UnitCache
  /** Names that a unit asks for: instances of templates among them are loaded too. What activates others always counts. */
  readonly requested?: (unit: LoadedUnit) => readonly UnitName[]
}

export const loadUnits = (tree: FileTree, host: HostFacts, options: LoadOptions = {}): LoadedUnits => {
  const pass = beginPass(tree, host, options.cache ?? createUnitCache())
  const { index } = pass
  const units = new Map<UnitName, LoadedUnit>()
  const pending = [...index.fragments.keys(), ...index.masked.keys(), ...index.instances].sort()
  // The list grows while it is walked: units name instances, which name others.
  for (const name of pending) {
    const canonical = canonicalName(index, name)
    const unit = units.has(canonical) ? undefined : load(canonical, pass)
    if (!unit) continue
    units.set(canonical, unit)
    if (!unit.isTemplate) pending.push(...instancesNamedBy(unit, index, options.requested ?? pulledIn))
  }
  pass.cache.end()
  const own = [...units.values()].flatMap((unit) => unit.diagnostics)
  const findings = [...index.diagnostics, ...own, ...withheldLimits(units)]
  return { units, diagnostics: sortFindings(findings) }
}

/** One unit by any name, an instance of a template too; undefined where the name itself is invalid. */
export const loadUnit = (
  name: UnitName,
  tree: FileTree,
  host: HostFacts,
  cache: UnitCache = createUnitCache(),
): LoadedUnit | undefined => {
  const pass = beginPass(tree, host, cache)
  return load(canonicalName(pass.index, name), pass)
}

const load = (name: UnitName, pass: Pass): LoadedUnit | undefined => {
  const parts = parseUnitName(name)
  return parts && loadOne(name, parts, pass)
}

const beginPass = (tree: FileTree, host: HostFacts, cache: UnitCache): Pass => {
  const index = indexUnits(tree)
  cache.begin(host)
  return { index, aliases: aliasesByTarget(index), host, cache }
}

const aliasesByTarget = (index: UnitIndex): ReadonlyMap<UnitName, readonly UnitName[]> => {
  const byTarget = new Map<UnitName, UnitName[]>()
  for (const alias of [...index.aliases.keys()].sort()) {
    const target = canonicalName(index, alias)
    byTarget.set(target, [...(byTarget.get(target) ?? []), alias])
  }
  return byTarget
}

const pulledIn = ({ unit }: LoadedUnit): readonly UnitName[] =>
  [unit.Requires, unit.BindsTo, unit.Wants, unit.Upholds].flatMap((names) => names ?? [])

/** Instances whose template lies in the folder: named as a dependency, or as what this unit activates. */
const instancesNamedBy = (
  unit: LoadedUnit,
  index: UnitIndex,
  requested: (unit: LoadedUnit) => readonly UnitName[],
): readonly UnitName[] => {
  const perConnection = unit.socket?.Accept ? connectionModelName(unit.name) : undefined
  const activated = [unit.timer?.Unit, unit.path?.Unit, unit.socket?.Service, perConnection].flatMap(
    (name) => (name ? [name] : []),
  )
  const reactions = [...(unit.unit.OnFailure ?? []), ...(unit.unit.OnSuccess ?? [])]
  return [...requested(unit), ...activated, ...reactions].filter((name) => isInstanceHere(name, index))
}

const isInstanceHere = (name: UnitName, index: UnitIndex): boolean => {
  const parts = parseUnitName(canonicalName(index, name))
  return (
    parts !== undefined &&
    nameKind(parts) === 'instance' &&
    index.fragments.has(`${parts.prefix}@.${parts.type}`)
  )
}

/** By place; a template's finding appears once, though each instance has it. */
const sortFindings = (findings: readonly Diagnostic[]): readonly Diagnostic[] => {
  const unique = new Map(
    findings.map((finding) => [`${placeKey(finding)} ${finding.code} ${finding.message}`, finding]),
  )
  return [...unique.values()].sort(
    (a, b) =>
      compareText(a.position.file, b.position.file) ||
      a.position.line - b.position.line ||
      a.position.column - b.position.column,
  )
}

const placeKey = ({ position }: Diagnostic): string => `${position.file}:${position.line}:${position.column}`

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
