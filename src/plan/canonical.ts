/** The canonical form of a unit: what decides whether a commit changed it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { FileTree } from '../base/file-tree.ts'
import { findDirective } from '../units/directives/find.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'

/** Directive (`Service.ExecStart`) → canonical text of its merged, expanded value. Order, comments and white space are gone. */
export type CanonicalSettings = Readonly<Record<string, string>>

/** The content id of a file by its absolute path; undefined where it is none of the repository's. */
export type NamedFiles = (path: string) => string | undefined

/** The files of a folder that lies at an absolute path. */
export const filesAt =
  (folderPath: string, tree: FileTree): NamedFiles =>
  (path) =>
    path.startsWith(`${folderPath}/`) ? tree.get(path.slice(folderPath.length + 1))?.id : undefined

/** The settings of a unit that mean something: what differs from the defaults, and the ids of the files it names. */
export const canonicalSettings = (unit: LoadedUnit, files: NamedFiles): CanonicalSettings => {
  const settings: Record<string, string> = {}
  for (const [section, values] of sectionsOf(unit)) {
    for (const [name, value] of Object.entries(values)) {
      const text = canonicalValue(section, name, value)
      if (text !== undefined) settings[`${section}.${name}`] = text
    }
  }
  for (const { path } of unit.service?.EnvironmentFile ?? []) {
    const id = files(path)
    if (id !== undefined) settings[`file ${path}`] = id
  }
  return settings
}

/** Identifies a definition: equal settings give equal hashes, on every host and in every version that reads them alike. */
export const settingsHash = (settings: CanonicalSettings): string =>
  bytesToHex(
    sha256(utf8ToBytes(JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))))),
  )

const sectionsOf = (unit: LoadedUnit): readonly (readonly [string, object])[] => {
  const sections = [
    ['Unit', unit.unit],
    ['Install', unit.install],
    ['Service', unit.service],
    ['Timer', unit.timer],
    ['Socket', unit.socket],
    ['Path', unit.path],
    ['Slice', unit.slice],
  ] as const
  return sections.flatMap(([name, values]) => (values === undefined ? [] : [[name, values] as const]))
}

/** Undefined where the value is the default, or where the directive changes nothing. */
const canonicalValue = (section: string, name: string, value: unknown): string | undefined => {
  if (value === undefined || isEmptyList(value)) return undefined
  const directive = findDirective(section, name)
  if (directive === undefined || directive.change === 'none') return undefined
  // Most values are the default itself: asked first, for it costs nothing.
  if (value === directive.default) return undefined
  const text = stableText(value)
  return directive.default !== undefined && text === stableText(directive.default) ? undefined : text
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** JSON with sorted keys; places in files are no part of a value, and JSON knows no infinity. */
const stableText = (value: unknown): string => JSON.stringify(value, (key, part) => replaceForText(key, part))

const replaceForText = (key: string, part: unknown): unknown => {
  if (key === 'position') return undefined
  if (part === Number.POSITIVE_INFINITY) return 'infinity'
  if (part instanceof Set) return [...part]
  if (part instanceof Map) return [...part]
  if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
}
