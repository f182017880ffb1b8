/** One unit as systemd has it on D-Bus, against what gitproc makes of the same files. */
import { isDeepStrictEqual } from 'node:util'
import type { HostFacts } from '../../../src/units/host-facts.ts'
import { loadUnit } from '../../../src/units/load.ts'
import { showUnit } from '../../../src/units/show/show-unit.ts'
import type { BusValue } from './bus-message.ts'
import { shownForm } from './shown-form.ts'
import { treeOf } from './unit-tree.ts'

/** A unit and all its files, drop-ins among them. */
export interface UnitCase {
  readonly name: string
  readonly files: readonly (readonly [path: string, text: string])[]
  /** Symbolic links, relative ones but for /dev/null. */
  readonly links?: readonly (readonly [path: string, target: string])[]
}

type Properties = Readonly<Record<string, BusValue>>

/** A line for each property, dependency or load state that is not the same. */
export const differences = (
  { name, files, links }: UnitCase,
  wanted: Properties,
  host: HostFacts,
): readonly string[] => {
  const unit = loadUnit(name, treeOf(files, links), host)
  const state = unit?.loadState
  // No answer: a text that is not clean UTF-8 does not go over D-Bus.
  if (wanted['LoadState'] === undefined) return []
  if (wanted['LoadState'] !== state && !needsIPv6(files))
    return [`LoadState: systemd ${wanted['LoadState']} ${wanted['LoadError']}, gitproc ${state}`]
  if (unit === undefined || state !== 'loaded') return []
  const { properties, dependencies } = showUnit(unit, host)
  const unequal = Object.entries(properties).flatMap(([property, got]) => {
    const theirs = wantedOf(property, wanted)
    return theirs === undefined ? [] : compare(property, theirs, got)
  })
  const misnamed = dependencyKinds.flatMap((kind) => {
    const { literal = [], all = [] } = dependencies[kind] ?? {}
    const theirs = wanted[kind] as readonly string[]
    return [
      ...literal.filter((each) => !theirs.includes(each)).map((each) => `${kind}: systemd has no ${each}`),
      ...theirs
        .filter((each) => !all.includes(each) && !isDefault(each) && !isImplied(each, name))
        .map((each) => `${kind}: gitproc has no ${each}`),
    ]
  })
  return [...unequal, ...misnamed]
}

/** The guest's kernel has none, and its systemd then takes no such addresses. */
const needsIPv6 = (files: UnitCase['files']): boolean => files.some(([, text]) => /^Listen\w+=\[/m.test(text))

const dependencyKinds = [
  'Requires',
  'Requisite',
  'Wants',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'Before',
  'After',
  'OnFailure',
  'OnSuccess',
  'PropagatesReloadTo',
  'ReloadPropagatedFrom',
  'PropagatesStopTo',
  'StopPropagatedFrom',
  'JoinsNamespaceOf',
]

/** What systemd adds for itself. */
const isDefault = (name: string): boolean =>
  /\.(slice|target|mount|swap|device)$/.test(name) || name === 'systemd-journald.socket'
const isImplied = (each: string, name: string): boolean =>
  each.split(/[@.]/)[0] === name.split(/[@.]/)[0] || /^systemd-|^dbus|^dev-/.test(each)

/** What D-Bus has not, or has of the run and not of the file. */
const wantedOf = (property: string, wanted: Properties): unknown => {
  if (property === 'WatchdogUSec') return undefined
  const extended = wanted[`${property}Ex`]
  if (extended !== undefined) return shownForm(`${property}Ex`, extended)
  const value = wanted[property]
  return value === undefined ? undefined : shownForm(property, value)
}

const unordered = new Set([
  'Names',
  'RequiresMountsFor',
  'LoadCredential',
  'SetCredential',
  'IPAddressAllow',
  'IPAddressDeny',
])

const normalized = (name: string, value: unknown): unknown =>
  unordered.has(name) && Array.isArray(value) ? value.map((each) => JSON.stringify(each)).sort() : value

const hostDependent = /^Limit(NPROC|SIGPENDING|MEMLOCK)/

const compare = (property: string, theirs: unknown, ours: unknown): readonly string[] => {
  if (isDeepStrictEqual(normalized(property, theirs), normalized(property, ours))) return []
  if (typeof ours === 'number' && typeof theirs === 'string' && Number(theirs) === ours) return []
  // Without IPv6 a bare port is one of IPv4.
  if (property === 'Listen' && JSON.stringify(ours).includes('"[')) return []
  if (hostDependent.test(property) && ours === 'infinity') return []
  return [`${property}: systemd ${JSON.stringify(theirs)}, gitproc ${JSON.stringify(ours)}`]
}
