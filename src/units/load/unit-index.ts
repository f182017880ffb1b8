/** What the names in a folder of unit files mean: fragments, aliases, instances, masks, folders of drop-ins. */
import { withChanges } from '../../base/changed-keys.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { FileTree, TreeEntry, TreeLink } from '../../base/file-tree.ts'
import { nearest } from '../../base/nearest.ts'
import { buildUnitName, nameKind, parseUnitName, templateName } from '../name.ts'
import { type UnitName, unitTypes } from '../unit.ts'
import { followLink, linkTarget, linkTrail } from './links.ts'

export interface UnitIndex {
  readonly tree: FileTree
  /** Name of a unit that has a file of its own → its path. Templates are among them. */
  readonly fragments: ReadonlyMap<UnitName, string>
  /** Masked by a link to /dev/null, with the link's path. An empty file masks too, but is a fragment here. */
  readonly masked: ReadonlyMap<UnitName, string>
  /** Other name → the name that its link leads to. */
  readonly aliases: ReadonlyMap<UnitName, UnitName>
  /** The other way round, all links followed to their end. */
  readonly aliasesOf: ReadonlyMap<UnitName, readonly UnitName[]>
  /** Instances that a link to their template asks for, by the path of the link. */
  readonly asked: ReadonlyMap<string, UnitName>
  readonly instances: ReadonlySet<UnitName>
  /** `web.service.d` → its files by name, sorted. */
  readonly folders: ReadonlyMap<string, readonly string[]>
  /** Path of a link → the paths that decide where it leads. */
  readonly trails: ReadonlyMap<string, readonly string[]>
  /** Path → what is wrong with its name, or with where it leads. */
  readonly findings: ReadonlyMap<string, Diagnostic>
}

interface Draft {
  readonly fragments: Map<UnitName, string>
  readonly masked: Map<UnitName, string>
  readonly aliases: Map<UnitName, UnitName>
  readonly asked: Map<string, UnitName>
  /** Those that differ, unsorted. */
  readonly folders: Map<string, Set<string>>
  readonly trails: Map<string, readonly string[]>
  readonly findings: Map<string, Diagnostic>
}

const man = 'systemd.unit(5)'

export const emptyIndex: UnitIndex = {
  tree: new Map(),
  fragments: new Map(),
  masked: new Map(),
  aliases: new Map(),
  aliasesOf: new Map(),
  asked: new Map(),
  instances: new Set(),
  folders: new Map(),
  trails: new Map(),
  findings: new Map(),
}

/** The index of a tree that differs at these paths. What files hold means nothing here: only which paths there are, and links. */
export const nextIndex = (before: UnitIndex, tree: FileTree, changed: readonly string[]): UnitIndex => {
  const moved = changed.filter((path) => !isFile(before.tree, path) || !isFile(tree, path))
  if (moved.length === 0) return { ...before, tree }
  const draft: Draft = {
    fragments: new Map(before.fragments),
    masked: new Map(before.masked),
    aliases: new Map(before.aliases),
    asked: new Map(before.asked),
    folders: new Map(),
    trails: new Map(before.trails),
    findings: new Map(before.findings),
  }
  for (const path of withLinksThrough(moved, before)) {
    forget(draft, before, path)
    const entry = tree.get(path)
    if (entry) learn(draft, { tree, folders: before.folders }, path, entry)
  }
  return {
    tree,
    ...draft,
    aliasesOf: aliasesByTarget(draft),
    instances: new Set(draft.asked.values()),
    folders: withFolders(before.folders, draft.folders),
  }
}

/** These paths, and every link that leads through one of them. */
export const withLinksThrough = (
  paths: readonly string[],
  { trails }: Pick<UnitIndex, 'trails'>,
): ReadonlySet<string> => {
  const all = new Set(paths)
  const isMeant = new Set(paths)
  for (const [link, trail] of trails) if (trail.some((path) => isMeant.has(path))) all.add(link)
  return all
}

const isFile = (tree: FileTree, path: string): boolean => tree.get(path)?.kind === 'file'

const forget = (draft: Draft, { folders }: Pick<UnitIndex, 'folders'>, path: string): void => {
  for (const known of [
    draft.fragments,
    draft.masked,
    draft.aliases,
    draft.asked,
    draft.trails,
    draft.findings,
  ])
    known.delete(path)
  const slash = path.indexOf('/')
  if (slash >= 0) draftFolder(draft, folders, path.slice(0, slash)).delete(path.slice(slash + 1))
}

const learn = (
  draft: Draft,
  { tree, folders }: Pick<UnitIndex, 'tree' | 'folders'>,
  path: string,
  entry: TreeEntry,
): void => {
  const slash = path.indexOf('/')
  if (slash >= 0) {
    if (path.includes('/', slash + 1)) return
    draftFolder(draft, folders, path.slice(0, slash)).add(path.slice(slash + 1))
    if (entry.kind === 'link') draft.trails.set(path, linkTrail(tree, path, entry))
  } else if (!looksLikeUnit(path)) noteMisspelt(draft, path)
  else if (!parseUnitName(path))
    say(draft, path, 'warning', 'bad-name', `"${path}" is no valid name of a unit and is not loaded`)
  else if (entry.kind === 'file') draft.fragments.set(path, path)
  else addLink(draft, tree, path, entry)
}

const draftFolder = (draft: Draft, before: UnitIndex['folders'], folder: string): Set<string> => {
  const files = draft.folders.get(folder) ?? new Set(before.get(folder))
  draft.folders.set(folder, files)
  return files
}

const withFolders = (before: UnitIndex['folders'], drafts: Draft['folders']): UnitIndex['folders'] =>
  withChanges(
    before,
    new Map([...drafts].map(([name, files]) => [name, files.size ? [...files].sort(byBytes) : undefined])),
  )

/** The name that a unit is known under: aliases followed, those of templates for their instances too. */
export const canonicalName = (index: Pick<UnitIndex, 'aliases'>, name: UnitName): UnitName => {
  if (index.aliases.size === 0) return name
  let current = name
  for (let hops = 0; hops < 16; hops += 1) {
    const next = index.aliases.get(current) ?? instanceOfAlias(index, current)
    if (next === undefined || next === current) return current
    current = next
  }
  return current
}

const instanceOfAlias = (index: Pick<UnitIndex, 'aliases'>, name: UnitName): UnitName | undefined => {
  const parts = parseUnitName(name)
  if (!parts || nameKind(parts) !== 'instance') return undefined
  const template = parseUnitName(index.aliases.get(templateName(parts)) ?? '')
  return template && buildUnitName({ ...template, instance: parts.instance })
}

const aliasesByTarget = (index: Pick<UnitIndex, 'aliases'>): UnitIndex['aliasesOf'] =>
  Map.groupBy([...index.aliases.keys()].sort(), (alias) => canonicalName(index, alias))

/** Byte order, as systemd's strcmp: UTF-16 order differs only beyond the characters a file name here has. */
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const looksLikeUnit = (path: string): boolean =>
  !path.startsWith('.') && unitTypes.some((type) => path.endsWith(`.${type}`))

/** A file beside the units is none of our business, unless one letter more would have made it a unit. */
const noteMisspelt = (draft: Draft, path: string): void => {
  const dot = path.lastIndexOf('.')
  const suffix = path.slice(dot + 1)
  const meant = dot > 0 && suffix.length >= 4 ? nearest(suffix, unitTypes) : undefined
  if (meant === undefined) return
  const message = `"${path}" is no unit and is not loaded: did you mean ${path.slice(0, dot)}.${meant}?`
  say(draft, path, 'warning', 'bad-name', message)
}

const addLink = (draft: Draft, tree: FileTree, path: string, link: TreeLink): void => {
  draft.trails.set(path, linkTrail(tree, path, link))
  const end = followLink(tree, path, link)
  if (end.kind === 'mask') draft.masked.set(path, path)
  else if (end.kind === 'outside')
    say(draft, path, 'error', 'link-outside', `the link leads out of the folder, to "${end.target}"`)
  else if (end.kind === 'loop') say(draft, path, 'error', 'link-loop', 'the link leads back to itself')
  else if (end.kind === 'missing' && !namesInstance(tree, end.path))
    say(draft, path, 'error', 'link-dangling', `the link leads to "${end.path}", which is not there`)
  else addAlias(draft, path, linkTarget(path, link)!)
}

const namesInstance = (tree: FileTree, path: string): boolean => {
  const parts = parseUnitName(path)
  return parts !== undefined && nameKind(parts) === 'instance' && tree.has(templateName(parts))
}

/** What one link to another unit means, by the kinds of both names (systemd.unit(5), on aliases and templates). */
const addAlias = (draft: Draft, path: UnitName, target: string): void => {
  const from = parseUnitName(path)!
  const to = parseUnitName(target)
  if (!to || from.type !== to.type)
    say(draft, path, 'error', 'bad-alias', `an alias leads to a unit of its own type, not to "${target}"`)
  else if (nameKind(from) === 'instance' && nameKind(to) === 'template')
    addInstance(draft, path, buildUnitName({ ...to, instance: from.instance }))
  else if ((nameKind(from) === 'template') !== (nameKind(to) === 'template'))
    say(
      draft,
      path,
      'error',
      'bad-alias',
      `"${path}" can't be an alias of "${target}": only one is a template`,
    )
  else if (nameKind(to) === 'instance') addInstance(draft, path, target)
  else draft.aliases.set(path, target)
}

const addInstance = (draft: Draft, path: UnitName, instance: UnitName): void => {
  draft.asked.set(path, instance)
  if (instance !== path) draft.aliases.set(path, instance)
}

const say = (
  draft: Draft,
  file: string,
  severity: 'error' | 'warning',
  ...[code, message]: readonly [string, string]
): void => {
  draft.findings.set(file, { position: { file, line: 1, column: 1 }, severity, code, message, man })
}
