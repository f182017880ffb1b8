/** One unit: its fragment, then its drop-ins, then the rules of its type. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { nameKind, templateName } from '../name.ts'
import { expandSpecifiers } from '../specifiers.ts'
import { Findings } from '../syntax/findings.ts'
import { parseUnitFile } from '../syntax/parse.ts'
import type { UnitFile } from '../syntax/unit-file.ts'
import type { LoadState, UnitType } from '../unit.ts'
import { applyFile, type Refusal, type Target } from './apply-file.ts'
import { judge, sectionOf } from './judge.ts'
import { addLinkedDependencies } from './linked-dependencies.ts'
import { followLink } from './links.ts'
import { SectionValues, tableOf } from './section-values.ts'
import type { Pass, Sources } from './sources.ts'
import { unsupportedDirectives } from './unsupported.ts'

/** `%i` of a template that is looked at for itself: any word will do, it never runs. */
const standIn = 'instance'

export const loadOne = (sources: Sources, pass: Pass): LoadedUnit => {
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
    findings: new Findings(),
    headers: new Map(),
    host: pass.host,
    expand: (text) => expandSpecifiers(text, scope),
  }
  const { state, dropIns } = load(sources, target, pass)
  for (const finding of unsupportedDirectives(values)) target.findings.push(finding)
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
    diagnostics: target.findings.list(),
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

/** Drop-ins that fail don't refuse the unit for systemd; their findings are errors all the same. */
const applyPath = (path: string, target: Target, pass: Pass, isDead = false): Refusal => {
  const { tree } = pass.index
  const entry = tree.get(path)
  if (!entry) return undefined
  if (entry.kind === 'file') return applyFile(parsed(path, pass), target, isDead)
  const end = followLink(tree, path, entry)
  if (end.kind === 'mask') return undefined
  if (end.kind === 'file') return applyFile(parsed(end.path, pass), target, isDead)
  target.findings.push(badLink(path, entry.target))
  return undefined
}

const parsed = (path: string, { index, files }: Pass): UnitFile => {
  const entry = index.tree.get(path)
  const file = files.get(path) ?? parseUnitFile(path, entry?.kind === 'file' ? entry.bytes : '')
  files.set(path, file)
  return file
}

const badLink = (file: string, to: string): Diagnostic => ({
  position: { file, line: 1, column: 1 },
  severity: 'error',
  code: 'link-outside',
  message: `the link leads to "${to}", which is no file of this folder`,
  man: 'systemd.unit(5)',
})

/** The sections as typed settings. The tables give the types, which erase: what a value type made is what stands here. */
const settingsOf = (type: UnitType, values: SectionValues) => {
  const own = sectionOf(type)
  return {
    unit: values.settings('Unit'),
    install: values.settings('Install'),
    ...(tableOf(own) ? { [type]: values.settings(own) } : {}),
  } as unknown as Pick<LoadedUnit, 'unit' | 'install' | 'service' | 'timer' | 'socket' | 'path' | 'slice'>
}
