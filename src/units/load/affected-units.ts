/** Which units may be made of something else now that some paths of the folder differ. More than those do no harm. */
import type { LoadedUnit } from '../loaded-unit.ts'
import { parseUnitName } from '../name.ts'
import { type UnitName, unitTypes } from '../unit.ts'
import { canonicalName, type UnitIndex, withLinksThrough } from './unit-index.ts'

interface Revisions {
  readonly before: UnitIndex
  readonly after: UnitIndex
  /** Of the revision before. */
  readonly units: ReadonlyMap<UnitName, LoadedUnit>
}

/** Names of units by their own names, sorted; some may be of no unit. */
export const affectedUnits = (
  changed: readonly string[],
  { before, after, units }: Revisions,
): readonly UnitName[] => {
  const names = new Set<UnitName>()
  const families: Family[] = []
  for (const path of [...withLinksThrough(changed, before), ...withLinksThrough(changed, after)]) {
    const named = namedBy(path)
    for (const name of new Set([named, canonicalName(before, named), canonicalName(after, named)])) {
      const family = familyOf(name)
      if (family) families.push(family)
      names.add(name)
    }
  }
  if (families.length > 0)
    for (const unit of units.values())
      if (families.some((family) => isOf(family, unit)))
        for (const name of [unit.name, ...unit.aliases]) names.add(name).add(canonicalName(after, name))
  return [...names].sort()
}

/** `web.service` of itself and of what lies in `web.service.d/`, `web.service.wants/` and `web.service.requires/`. */
const namedBy = (path: string): string => {
  const slash = path.indexOf('/')
  return slash < 0 ? path : path.slice(0, slash).replace(/\.(d|wants|requires)$/, '')
}

/** All units whose names begin and end alike. */
interface Family {
  readonly prefix: string
  readonly suffix: string
}

/** Those that a template, a drop-in for `web-.service` or one for all of a type speaks of (systemd.unit(5)). */
const familyOf = (name: string): Family | undefined => {
  if (unitTypes.some((type) => type === name)) return { prefix: '', suffix: `.${name}` }
  const parts = parseUnitName(name)
  if (parts === undefined) return undefined
  const suffix = `.${parts.type}`
  if (parts.prefix.endsWith('-')) return { prefix: parts.prefix, suffix }
  return parts.instance === '' ? { prefix: `${parts.prefix}@`, suffix } : undefined
}

const isOf = ({ prefix, suffix }: Family, { name, aliases }: LoadedUnit): boolean =>
  isLike(name, prefix, suffix) || aliases.some((alias) => isLike(alias, prefix, suffix))

const isLike = (name: string, prefix: string, suffix: string): boolean =>
  name.startsWith(prefix) && name.endsWith(suffix)
