/**
 * Random unit files, loaded by the real systemd and by gitproc: `npm run fuzz:units [-- UNITS [SEED]]`. Properties, written
 * dependencies and load states must be the same.
 */
import { isDeepStrictEqual } from 'node:util'
import type { HostFacts } from '../../../src/units/host-facts.ts'
import { loadUnit } from '../../../src/units/load.ts'
import { showUnit } from '../../../src/units/show/show-unit.ts'
import { oracleHost } from '../host.ts'
import { Random } from '../random-calendar.ts'
import { askSystemd, type GuestFacts, whyNot } from './boot.ts'
import type { BusValue } from './bus-message.ts'
import { type RandomUnit, randomUnit } from './random-unit.ts'
import { shownForm } from './shown-form.ts'
import { treeOf } from './unit-tree.ts'

const main = async (count: number, seed: number): Promise<number> => {
  const skipped = whyNot()
  if (skipped !== undefined) {
    console.log(`units: skipped, ${skipped}`)
    return 0
  }
  const random = new Random(seed)
  const units = Array.from({ length: count }, (_, number) => randomUnit(random, number))
  const files = new Map(units.flatMap((unit) => unit.files))
  const answers = await askSystemd({ files, units: units.map(({ name }) => name) })
  const host = hostOf(answers.facts)
  let differing = 0
  for (const unit of units) {
    const why = differences(unit, answers.properties[unit.name] ?? {}, host)
    if (why.length === 0) continue
    differing += 1
    const said = answers.log.flatMap((line) =>
      line.includes(unit.files[0]![0]) ? [`  (${line.replace(/^.*system\//, '')})\n`] : [],
    )
    console.log(
      `${unit.files.map(([path, text]) => `--- ${path}\n${text}`).join('')}${why.map((each) => `  ${each}\n`).join('')}${said.join('')}`,
    )
  }
  console.log(`seed ${seed}: ${count} units, ${differing} differ`)
  return differing > 0 ? 1 : 0
}

const hostOf = (facts: GuestFacts): HostFacts => ({ ...oracleHost, ...facts })

type Properties = Readonly<Record<string, BusValue>>

const differences = ({ name, files }: RandomUnit, wanted: Properties, host: HostFacts): readonly string[] => {
  const unit = loadUnit(name, treeOf(files), host)
  const state = unit?.loadState
  if (wanted['LoadState'] === undefined) return []
  if (wanted['LoadState'] !== state)
    return [`LoadState: systemd ${wanted['LoadState']} ${wanted['LoadError']}, gitproc ${state}`]
  if (unit === undefined || state !== 'loaded') return []
  const shown = showUnit(unit, host)
  const found = Object.entries(shown.properties).flatMap(([property, got]) => {
    const theirs = wantedOf(property, wanted)
    return theirs === undefined ? [] : compare(property, theirs, got)
  })
  for (const kind of dependencyKinds) {
    const ours = (shown.dependencies[kind]?.literal ?? []).filter((each) => !isDefault(each))
    const theirs = (wanted[kind] as readonly string[]).filter((each) => !isDefault(each))
    found.push(
      ...ours.filter((each) => !theirs.includes(each)).map((each) => `${kind}: systemd has no ${each}`),
    )
    if (dependencyKinds.includes(kind))
      found.push(
        ...theirs
          .filter((each) => !shown.dependencies[kind]?.all.includes(each) && !isImplied(each, name))
          .map((each) => `${kind}: gitproc has no ${each}`),
      )
  }
  return found
}

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

const isDefault = (name: string): boolean =>
  /\.(slice|target|mount|swap)$/.test(name) || name === 'systemd-journald.socket'
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
  // The guest's kernel has no IPv6, and its systemd then takes no such addresses.
  if (property === 'Listen' && JSON.stringify(ours).includes('"[')) return []
  if (hostDependent.test(property) && ours === 'infinity') return []
  return [`${property}: systemd ${JSON.stringify(theirs)}, gitproc ${JSON.stringify(ours)}`]
}

const [count = 300, seed = Math.floor(Math.random() * 1e9)] = process.argv.slice(2).map(Number)
process.exitCode = await main(count, seed)
