/** Which files make up a unit: its fragment, its drop-ins, its dependency links. */
import type { HostFacts } from '../host-facts.ts'
import { buildUnitName, type NameParts, nameKind, parseUnitName, templateName } from '../name.ts'
import type { UnitFile } from '../syntax/unit-file.ts'
import type { UnitName } from '../unit.ts'
import { dropInPaths, linkedDependencies } from './drop-ins.ts'
import { followLink, isEmptyFile } from './links.ts'
import type { UnitIndex } from './unit-index.ts'

/** What all units of a pass share. */
export interface Pass {
  readonly index: UnitIndex
  readonly host: HostFacts
  /** Path → what was parsed of it: many units are made of one template, or one drop-in. */
  readonly files: Map<string, UnitFile>
}

/** Everything that a unit is made of, before any of it is read. */
export interface Sources {
  readonly name: UnitName
  readonly parts: NameParts
  readonly aliases: readonly UnitName[]
  readonly isMasked: boolean
  readonly fragment: string | undefined
  readonly dropIns: readonly string[]
  readonly links: readonly string[]
}

export const findSources = (name: UnitName, parts: NameParts, index: UnitIndex): Sources => {
  const aliases = aliasesOf(name, parts, index)
  const isInstance = nameKind(parts) === 'instance'
  const template = templateName(parts)
  const fragment = index.fragments.get(name) ?? (isInstance ? index.fragments.get(template) : undefined)
  const masked = index.masked.get(name) ?? (isInstance ? index.masked.get(template) : undefined)
  const names = [name, ...aliases]
  return {
    name,
    parts,
    aliases,
    isMasked: masked !== undefined || (fragment !== undefined && isEmptyFile(index.tree.get(fragment))),
    fragment: fragment ?? masked,
    dropIns: dropInPaths(index, names),
    links: (['wants', 'requires'] as const).flatMap((kind) =>
      linkedDependencies(index, names, kind).map(({ path }) => path),
    ),
  }
}

/** Every other name of a unit. */
export const aliasesOf = (name: UnitName, parts: NameParts, index: UnitIndex): readonly UnitName[] =>
  index.aliases.size === 0
    ? []
    : [...(index.aliasesOf.get(name) ?? []), ...templateAliases(parts, index.aliasesOf)]

/** `autovt@.service -> getty@.service` makes `autovt@tty1.service` another name of `getty@tty1.service`. */
const templateAliases = (parts: NameParts, all: UnitIndex['aliasesOf']): readonly UnitName[] => {
  if (nameKind(parts) !== 'instance') return []
  return (all.get(templateName(parts)) ?? []).flatMap((alias) => {
    const other = parseUnitName(alias)
    return other ? [buildUnitName({ ...other, instance: parts.instance })] : []
  })
}

/** Differs whenever something differs that the unit is made of. */
export const sourcesKey = (
  { name, aliases, isMasked, fragment, dropIns, links }: Sources,
  { tree }: UnitIndex,
): string =>
  [
    name,
    aliases.join(),
    String(isMasked),
    ...[fragment ?? '', ...dropIns].map(
      (path) => `${path} ${tree.get(path)?.id ?? ''} ${resolvedId(tree, path)}`,
    ),
    ...links,
  ].join('\n')

/** A drop-in may be a link to another file of the folder: that file's content counts. */
const resolvedId = (tree: UnitIndex['tree'], path: string): string => {
  const entry = tree.get(path)
  if (entry?.kind !== 'link') return ''
  const end = followLink(tree, path, entry)
  return end.kind === 'file' ? (tree.get(end.path)?.id ?? '') : end.kind
}
