/** Which drop-ins and dependency links apply to a unit, in order (systemd.unit(5)). */
import { buildUnitName, type NameParts, nameKind, parseUnitName, templateName } from '../name.ts'
import type { UnitName } from '../unit.ts'
import type { UnitIndex } from './unit-index.ts'

/**
 * Paths of `*.conf` in the order applied: by file name. Of files of one name the most specific folder's counts:
 * `a-b@i.service.d`, `a-b@.service.d`, `a-@i.service.d`, `a-@.service.d`, then the aliases' folders, `service.d` last.
 */
export const dropInPaths = (
  index: UnitIndex,
  name: UnitName,
  aliases: readonly UnitName[],
): readonly string[] => {
  const parts = parseUnitName(name)
  if (!parts || index.folders.size === 0) return []
  const chosen = new Map<string, string>()
  const folders = [...[name, ...aliases].flatMap((each) => folderNames(each)), parts.type]
  for (const folder of folders)
    for (const file of index.folders.get(`${folder}.d`) ?? [])
      if (isDropIn(file) && !chosen.has(file)) chosen.set(file, `${folder}.d/${file}`)
  return [...chosen.keys()].sort(byName).map((file) => chosen.get(file)!)
}

/** Units that links in `NAME.wants/` or `NAME.requires/` add to the dependencies, with the path of each link. */
export const linkedDependencies = (
  index: UnitIndex,
  names: readonly UnitName[],
  kind: 'wants' | 'requires',
): readonly { readonly name: UnitName; readonly path: string }[] => {
  const found = new Map<UnitName, string>()
  if (index.folders.size > 0)
    for (const folder of names.flatMap((each) => folderNames(each)))
      for (const file of index.folders.get(`${folder}.${kind}`) ?? [])
        if (parseUnitName(file) && !found.has(file)) found.set(file, `${folder}.${kind}/${file}`)
  return [...found].map(([name, path]) => ({ name, path }))
}

/** Names whose folders belong to a unit, most specific first. */
const folderNames = (name: UnitName): readonly UnitName[] => {
  const parts = parseUnitName(name)
  if (!parts) return []
  const own = nameKind(parts) === 'instance' ? [name, templateName(parts)] : [name]
  const shorter = chopPrefix(parts)
  return shorter ? [...own, ...folderNames(buildUnitName(shorter))] : own
}

/** `a-b-c` → `a-b-`, `a-b-` → `a-`; undefined where no dash is left to cut at. */
const chopPrefix = (parts: NameParts): NameParts | undefined => {
  const stem = parts.prefix.replace(/-+$/, '')
  const dash = stem.lastIndexOf('-')
  return dash <= 0 ? undefined : { ...parts, prefix: stem.slice(0, dash + 1) }
}

const isDropIn = (file: string): boolean =>
  file.endsWith('.conf') && !file.startsWith('.') && file !== '.conf'

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
