/** From one revision of a folder to the next: which units are made anew, which are gone, and all that is found. */
import { withChanges } from '../../base/changed-keys.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { byName, type LoadedUnit } from '../loaded-unit.ts'
import { parseUnitName } from '../name.ts'
import type { UnitName } from '../unit.ts'
import { loadOne } from './load-one.ts'
import { instanceHere, instancesNamedBy } from './named-instances.ts'
import { aliasesOf, findSources, type Pass, sourcesKey } from './sources.ts'
import type { UnitFolder } from './unit-folder.ts'
import { canonicalName, type UnitIndex } from './unit-index.ts'
import { withheldLimits } from './withheld-limits.ts'

/** From one revision of the folder to the next: what became of each unit that is looked at. */
export class Loading {
  readonly #before: UnitFolder
  readonly #pass: Pass
  /** Units that are other ones now; undefined for those that are gone. */
  readonly #moved = new Map<UnitName, LoadedUnit | undefined>()
  #named: ReadonlySet<UnitName> = new Set()

  constructor(before: UnitFolder, index: UnitIndex) {
    this.#before = before
    this.#pass = { index, host: before.host, files: new Map() }
  }

  /** A unit of the folder is made anew where it is made of something else; what is none any more is gone until it is named. */
  renew(name: UnitName): void {
    if (isOfFolder(name, this.#pass.index)) this.#load(name)
    else if (this.#before.units.has(name)) this.#moved.set(name, undefined)
  }

  /** Follows the instances that units name, and those that these name; what nobody names any more is gone. */
  settleNamed(affected: ReadonlySet<UnitName>): void {
    const { before, index } = { before: this.#before, index: this.#pass.index }
    const named = new Set<UnitName>()
    const naming = this.#naming()
    const pending = [...naming].flatMap(([unit, names]) => (isOfFolder(unit, index) ? names : []))
    for (const name of pending) {
      const instance = instanceHere(name, index)
      if (instance === undefined || named.has(instance) || isOfFolder(instance, index)) continue
      named.add(instance)
      if (affected.has(instance) || !before.units.has(instance)) this.#load(instance)
      const unit = this.#unit(instance)
      if (unit) pending.push(...instancesNamedBy(unit))
    }
    for (const name of before.named)
      if (!named.has(name) && !isOfFolder(name, index)) this.#moved.set(name, undefined)
    this.#named = named
  }

  folder(): UnitFolder {
    const { host } = this.#before
    const { index } = this.#pass
    const units = withChanges(this.#before.units, this.#moved)
    const withheld = withheldLimits(units)
    const loaded = { host, index, units, naming: this.#naming(), named: this.#named, withheld }
    return { ...loaded, diagnostics: this.#hasNews(loaded) ? findingsOf(loaded) : this.#before.diagnostics }
  }

  #unit(name: UnitName): LoadedUnit | undefined {
    return this.#moved.has(name) ? this.#moved.get(name) : this.#before.units.get(name)
  }

  #load(name: UnitName): void {
    const parts = parseUnitName(name)
    if (parts === undefined) return
    const { index } = this.#pass
    const { units, index: earlier } = this.#before
    const sources = findSources(name, parts, index)
    const isSame =
      units.has(name) && sourcesKey(sources, index) === sourcesKey(findSources(name, parts, earlier), earlier)
    if (isSame) this.#moved.delete(name)
    else this.#moved.set(name, loadOne(sources, this.#pass))
  }

  #naming(): UnitFolder['naming'] {
    const moves = [...this.#moved].map(([name, unit]) => [name, unit ? instancesNamedBy(unit) : []] as const)
    return withChanges(
      this.#before.naming,
      new Map(
        moves
          .filter(([name, names]) => names.length > 0 || this.#before.naming.has(name))
          .map(([name, names]) => [name, names.length > 0 ? names : undefined]),
      ),
    )
  }

  /** Whether anything that has something to say moved, or is to say it now. */
  #hasNews({ index, withheld }: Pick<UnitFolder, 'index' | 'withheld'>): boolean {
    const before = this.#before
    const speaks = (unit: LoadedUnit | undefined): boolean => (unit?.diagnostics.length ?? 0) > 0
    return (
      index.findings !== before.index.findings ||
      withheld.length + before.withheld.length > 0 ||
      [...this.#moved].some(([name, unit]) => speaks(unit) || speaks(before.units.get(name)))
    )
  }
}

/** Whether a unit is there without being named: by a file of its own, a mask, or a link that asks for the instance. */
const isOfFolder = (name: UnitName, index: UnitIndex): boolean => {
  const isThere = (each: UnitName): boolean =>
    index.fragments.has(each) || index.masked.has(each) || index.instances.has(each)
  if (index.aliases.size === 0) return isThere(name)
  const parts = parseUnitName(name)
  if (parts === undefined || canonicalName(index, name) !== name) return false
  return isThere(name) || aliasesOf(name, parts, index).some(isThere)
}

const findingsOf = ({ index, units, withheld }: Omit<UnitFolder, 'diagnostics'>): readonly Diagnostic[] =>
  sortFindings([
    ...index.findings.values(),
    ...[...units.values()].sort(byName).flatMap((unit) => unit.diagnostics),
    ...withheld,
  ])

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
