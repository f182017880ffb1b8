/** One unit: its fragment, then its drop-ins, then the rules of its type. */
import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import type { TreeEntry } from '../../base/file-tree.ts'
import type { HostFacts } from '../host-facts.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { type NameParts, nameKind, templateName } from '../name.ts'
import { expandSpecifiers } from '../specifiers.ts'
import type { LoadState, UnitName, UnitType } from '../unit.ts'
import { accountProblems } from './account-rules.ts'
import { applyFile, type Target } from './apply-file.ts'
import { dropInPaths, linkedDependencies } from './drop-ins.ts'
import { addLinkedDependencies } from './linked-dependencies.ts'
import { followLink } from './links.ts'
import { SectionValues, tableOf } from './section-values.ts'
import type { UnitCache } from './unit-cache.ts'
import type { UnitIndex } from './unit-index.ts'
import { completeUnit } from './unit-rules.ts'
import { unsupportedDirectives } from './unsupported.ts'

/** What all units of a pass share. */
export interface Pass {
  readonly index: UnitIndex
  /** Name → its aliases. */
  readonly aliases: ReadonlyMap<UnitName, readonly UnitName[]>
  readonly host: HostFacts
  readonly cache: UnitCache
}

/** The unit of a canonical name; taken from the cache where nothing that it is made of changed. */
export const loadOne = (name: UnitName, parts: NameParts, pass: Pass): LoadedUnit => {
  const sources = findSources(name, parts, pass)
  return pass.cache.unit(cacheKey(sources, pass.index), () => makeUnit(sources, pass))
}

interface Sources {
  readonly name: UnitName
  readonly parts: NameParts
  readonly aliases: readonly UnitName[]
  readonly isMasked: boolean
  readonly fragment: string | undefined
  readonly dropIns: readonly string[]
  readonly links: readonly string[]
}

const findSources = (name: UnitName, parts: NameParts, { index, aliases: all }: Pass): Sources => {
  const aliases = all.get(name) ?? []
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
    dropIns: dropInPaths(index, name, aliases),
    links: (['wants', 'requires'] as const).flatMap((kind) =>
      linkedDependencies(index, names, kind).map(({ path }) => path),
    ),
  }
}

const isEmptyFile = (entry: TreeEntry | undefined): boolean =>
  entry?.kind === 'file' && entry.bytes.length === 0

const cacheKey = ({ name, aliases, fragment, dropIns, links }: Sources, { tree }: UnitIndex): string =>
  [
    name,
    aliases.join(),
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

/** `%i` of a template that is looked at for itself: any word will do, it never runs. */
const standIn = 'instance'

const makeUnit = (sources: Sources, pass: Pass): LoadedUnit => {
  const { name, parts, fragment } = sources
  const values = new SectionValues()
  const isTemplate = nameKind(parts) === 'template'
  const scope = {
    name,
    parts: isTemplate ? { ...parts, instance: standIn } : parts,
    fragment,
    host: pass.host,
  }
  const target: Target = {
    name,
    type: parts.type,
    isTemplate,
    values,
    diagnostics: [],
    headers: new Map(),
    host: pass.host,
    expand: (text) => expandSpecifiers(text, scope),
  }
  const { state, dropIns } = load(sources, target, pass)
  for (const finding of unsupportedDirectives(values)) target.diagnostics.push(finding)
  return {
    name,
    type: parts.type,
    ...(nameKind(parts) === 'instance' ? { template: templateName(parts), instance: parts.instance! } : {}),
    isTemplate,
    aliases: sources.aliases,
    loadState: state,
    fragment,
    dropIns,
    origins: values.origins(),
    diagnostics: target.diagnostics,
    ...settingsOf(parts.type, values),
  }
}

const load = (
  sources: Sources,
  target: Target,
  pass: Pass,
): { state: LoadState; dropIns: readonly string[] } => {
  const { fragment, isMasked, dropIns } = sources
  if (fragment === undefined && target.type !== 'slice') return { state: 'not-found', dropIns: [] }
  const refusal = fragment === undefined || isMasked ? undefined : applyPath(fragment, target, pass)
  for (const path of dropIns) applyPath(path, target, pass, refusal !== undefined)
  if (refusal !== undefined) return { state: refusal, dropIns: [] }
  addLinkedDependencies(target, pass.index, [sources.name, ...sources.aliases])
  return { state: isMasked ? 'masked' : judge(sources, target), dropIns }
}

/** The rules of the unit's type, once all its files are read. */
const judge = (sources: Sources, target: Target): LoadState => {
  const broken = [...completeUnit(target.type, target.values), ...accountProblems(target)]
  for (const { key, ...problem } of broken)
    target.diagnostics.push({
      position: placeOf(key, sources, target),
      severity: problem.severity,
      code: problem.code ?? 'bad-value',
      message: problem.message,
      man: manOf(target.type),
      ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
    })
  if (!isRunnable(target.type))
    target.diagnostics.push({
      position: placeOf('', sources, target),
      severity: 'warning',
      code: 'not-supported',
      message: `gitproc does nothing with ${target.type} units: this one counts as there, and is never started`,
      man: manOf(target.type),
    })
  return broken.some(({ refuses }) => refuses !== undefined) ? 'bad-setting' : 'loaded'
}

/** Drop-ins that fail don't refuse the unit for systemd; their findings are errors all the same. */
const applyPath = (path: string, target: Target, pass: Pass, isDead = false) => {
  const { tree } = pass.index
  const entry = tree.get(path)
  if (!entry) return undefined
  if (entry.kind === 'file') return applyFile(pass.cache.file(path, entry), target, isDead)
  const end = followLink(tree, path, entry)
  if (end.kind === 'mask') return undefined
  if (end.kind === 'file') return applyFile(pass.cache.file(end.path, tree.get(end.path)!), target, isDead)
  target.diagnostics.push(badLink(path, entry.target))
  return undefined
}

const badLink = (file: string, to: string): Diagnostic => ({
  position: { file, line: 1, column: 1 },
  severity: 'error',
  code: 'link-outside',
  message: `the link leads to "${to}", which is no file of this folder`,
  man: 'systemd.unit(5)',
})

const placeOf = (key: string, { fragment, name }: Sources, { type, values, headers }: Target): Position => {
  const section = sectionOf(type)
  const top = { file: fragment ?? name, line: 1, column: 1 }
  return values.originOf(section, key)?.position ?? headers.get(section) ?? top
}

const isRunnable = (type: UnitType): boolean => type === 'target' || tableOf(sectionOf(type)) !== undefined

/** The section that a type of unit has for itself: `[Service]`. */
const sectionOf = (type: UnitType): string => `${type[0]!.toUpperCase()}${type.slice(1)}`

const manOf = (type: UnitType): string => (type === 'target' ? 'systemd.unit(5)' : `systemd.${type}(5)`)

/** The sections as typed settings. The tables give the types, which erase: what a value type made is what stands here. */
const settingsOf = (type: UnitType, values: SectionValues) => {
  const own = sectionOf(type)
  return {
    unit: values.settings('Unit'),
    install: values.settings('Install'),
    ...(tableOf(own) ? { [type]: values.settings(own) } : {}),
  } as unknown as Pick<LoadedUnit, 'unit' | 'install' | 'service' | 'timer' | 'socket' | 'path' | 'slice'>
}
