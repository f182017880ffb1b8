/** Which drop-ins and dependency links apply to a unit, in order (systemd.unit(5)). */
import {
  buildUnitName,
  type NameParts,
  nameKind,
  parseUnitName,
  resolveDependencyName,
  templateName,
} from '../name.ts'
import type { UnitName } from '../unit.ts'
import { followLink, isEmptyFile } from './links.ts'
import type { UnitIndex } from './unit-index.ts'

/** Paths of `*.conf` in the order applied. */
export const dropInPaths = (index: UnitIndex, names: readonly UnitName[]): readonly string[] =>
  filesOf(index, names, 'd')
    .filter(({ file }) => file.endsWith('.conf'))
    .map(({ path }) => path)

export interface LinkedDependency {
  readonly name: UnitName
  readonly path: string
}

/** Units that links in `NAME.wants/` or `NAME.requires/` add to the dependencies, with the path of each link. */
export const linkedDependencies = (
  index: UnitIndex,
  names: readonly UnitName[],
  kind: 'wants' | 'requires',
): readonly LinkedDependency[] => {
  const from = parseUnitName(names[0]!)
  return filesOf(index, names, kind).flatMap(({ file, path }) => {
    const name = from && isEffective(index, path) ? resolveDependencyName(file, from) : undefined
    return name === undefined ? [] : [{ name, path }]
  })
}

/** A link that leads to nothing counts all the same; one to /dev/null or an empty file hides those of its name. */
const isEffective = ({ tree }: UnitIndex, path: string): boolean => {
  const entry = tree.get(path)
  if (entry?.kind !== 'link') return false
  const end = followLink(tree, path, entry)
  return end.kind !== 'mask' && !(end.kind === 'file' && isEmptyFile(tree.get(end.path)))
}

interface FolderFile {
  readonly file: string
  readonly path: string
}

/**
 * What lies in the folders of a unit, by file name. Of files of one name the most specific folder's counts:
 * `a-b@i.service.d`, `a-b@.service.d`, `a-@i.service.d`, `a-@.service.d`, then the aliases' folders, `service.d` last.
 */
const filesOf = (
  { folders }: UnitIndex,
  names: readonly UnitName[],
  suffix: 'd' | 'wants' | 'requires',
): readonly FolderFile[] => {
  if (folders.size === 0) return []
  const chosen = new Map<string, string>()
  const type = parseUnitName(names[0]!)?.type
  for (const folder of [...names.flatMap((each) => folderNames(each)), type])
    for (const file of folders.get(`${folder}.${suffix}`) ?? [])
      if (!file.startsWith('.') && !chosen.has(file)) chosen.set(file, `${folder}.${suffix}/${file}`)
  return [...chosen.keys()].sort(byName).map((file) => ({ file, path: chosen.get(file)! }))
}

/** Names whose folders belong to a unit, most specific first. */
const folderNames = (name: UnitName): readonly UnitName[] => {
  const parts = parseUnitName(name)
  if (!parts) return []
  const own = nameKind(parts) === 'instance' ? [name, templateName(parts)] : [name]
  const shorter = chopPrefix(parts)
  return shorter ? [...own, ...folderNames(buildUnitName(shorter))] : own
}

/** `a-b-c` → `a-b-`, `a-b-` → `a-`, `a--` → `a-`; undefined where no dash is left to cut at. */
const chopPrefix = (parts: NameParts): NameParts | undefined => {
  const dash = parts.prefix.replace(/-$/, '').lastIndexOf('-')
  return dash <= 0 ? undefined : { ...parts, prefix: parts.prefix.slice(0, dash + 1) }
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
