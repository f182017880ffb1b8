/** The definitions as applied, in memory and on disk: written before a step moves anything, and again once it has ended. */
import type { FileTree, TreeEntry } from '../base/file-tree.ts'
import type { ActualUnit } from '../plan/actual.ts'
import type { DesiredState } from '../plan/desired.ts'
import { startsAfter } from '../plan/graph.ts'
import type { AppliedStore } from '../store/applied-port.ts'
import type { AppliedFile, AppliedUnit } from '../store/records.ts'
import { linkTrail } from '../units/load/links.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'

/** A desired state with the bytes it was made of and the commit that each definition came from. */
export interface Definitions {
  readonly desired: DesiredState
  /** Where the files of a unit are: a rejected definition is replaced by one of an earlier tree. */
  readonly treeOf: (unit: string) => FileTree
  readonly revisionOf: (unit: string) => string
  /** Where the watched folder lies: units name files of it by absolute paths. */
  readonly folderPath: string
}

/** What a unit is now. */
type Actual = (name: string) => ActualUnit | undefined

export class AppliedSet {
  readonly #store: AppliedStore
  readonly #units: Map<string, AppliedUnit>

  private constructor(store: AppliedStore, units: ReadonlyMap<string, AppliedUnit>) {
    this.#store = store
    this.#units = new Map(units)
  }

  static async open(store: AppliedStore): Promise<AppliedSet> {
    return new AppliedSet(store, await store.load())
  }

  get(name: string): AppliedUnit | undefined {
    return this.#units.get(name)
  }

  all(): readonly AppliedUnit[] {
    return [...this.#units.values()]
  }

  tree(): Promise<FileTree> {
    return this.#store.tree(this.#units.values())
  }

  /** Writes what these units are about to become, remembering what they are: durable before the first step. */
  intend(names: readonly string[], definitions: Definitions, actual: Actual): Promise<void> {
    const records = recordsOf(names, definitions).map((record) => ({
      ...record,
      previous: present(record.name, actual),
    }))
    return this.#save(records, definitions.treeOf)
  }

  /** Writes what units are now that no step moved: held ones, and those that something else activates. */
  replace(names: readonly string[], definitions: Definitions): Promise<void> {
    return this.#save(recordsOf(names, definitions), definitions.treeOf)
  }

  /** The steps of these units have ended: what they were is forgotten. */
  finish(names: readonly string[], { treeOf }: Definitions): Promise<void> {
    const moved = names
      .flatMap((name) => this.#units.get(name) ?? [])
      .filter((unit) => unit.previous !== undefined)
    return this.#save(
      moved.map(({ previous: _, ...record }) => record),
      treeOf,
    )
  }

  async remove(names: readonly string[]): Promise<void> {
    const known = names.filter((name) => this.#units.has(name))
    if (known.length === 0) return
    await this.#store.remove(known)
    for (const name of known) this.#units.delete(name)
  }

  /** Makes this set equal to another one; costs in proportion to what differs. */
  async become(other: AppliedSet): Promise<void> {
    const changed = other.all().filter((unit) => !isSame(unit, this.#units.get(unit.name)))
    if (changed.length > 0) {
      const tree = await other.#store.tree(changed)
      await this.#save(changed, () => tree)
    }
    await this.remove(this.all().flatMap((unit) => (other.get(unit.name) ? [] : [unit.name])))
  }

  async #save(records: readonly AppliedUnit[], treeOf: (unit: string) => FileTree): Promise<void> {
    for (const [tree, ofTree] of Map.groupBy(records, (record) => treeOf(record.name)))
      await this.#store.save(ofTree, tree)
    for (const record of records) this.#units.set(record.name, record)
  }
}

const isSame = (a: AppliedUnit, b: AppliedUnit | undefined): boolean =>
  b !== undefined &&
  a.hash === b.hash &&
  a.revision === b.revision &&
  (a.previous === undefined) === (b.previous === undefined)

/** What a unit is before it moves; of a unit that is not there yet, nothing. */
const present = (name: string, actual: Actual): NonNullable<AppliedUnit['previous']> => {
  const unit = actual(name)
  return unit
    ? { hash: unit.hash, settings: unit.settings, invocationId: unit.invocationId }
    : { hash: '', settings: {} }
}

const recordsOf = (
  names: readonly string[],
  { desired, treeOf, revisionOf, folderPath }: Definitions,
): readonly AppliedUnit[] =>
  names.flatMap((name) => {
    const unit = desired.units.get(name)
    if (unit === undefined) return []
    return {
      name,
      revision: revisionOf(name),
      hash: unit.hash,
      settings: unit.settings,
      orderedAfter: startsAfter(desired, name),
      files: filesOf(unit.unit, treeOf(name), folderPath),
    }
  })

/** Every file that the unit was made of, and the links by which it was found: of them the very same unit is made again. */
const filesOf = (unit: LoadedUnit, tree: FileTree, folderPath: string): AppliedUnit['files'] => {
  const files: Record<string, AppliedFile> = {}
  const paths = new Set([unit.name, ...unit.aliases, ...unit.dropIns, ...assignedIn(unit)])
  for (const { path } of unit.service?.EnvironmentFile ?? [])
    if (path.startsWith(`${folderPath}/`)) paths.add(path.slice(folderPath.length + 1))
  for (const path of [unit.template, unit.fragment]) if (path !== undefined) paths.add(path)
  for (const path of paths) {
    const entry = tree.get(path)
    if (entry === undefined) continue
    files[path] = appliedFile(entry)
    // What is added to a set that is gone through is come to as well.
    if (entry.kind === 'link') for (const next of linkTrail(tree, path, entry)) paths.add(next)
  }
  return files
}

/** Links in `NAME.wants/` and `NAME.requires/` among them. */
const assignedIn = ({ origins }: LoadedUnit): readonly string[] =>
  origins.map(({ position }) => position.file)

const appliedFile = (entry: TreeEntry): AppliedFile =>
  entry.kind === 'file'
    ? { kind: 'file', id: entry.id, isExecutable: entry.isExecutable }
    : { kind: 'link', id: entry.id, target: entry.target }
