/** Every property that systemd shows of every unit of the corpus, against what gitproc shows of the same files. */
import { isDeepStrictEqual } from 'node:util'
import { loadUnit } from '../../src/units/load.ts'
import type { LoadedUnit } from '../../src/units/loaded-unit.ts'
import { showUnit } from '../../src/units/show/show-unit.ts'
import { answersOf, packageNames, packageTree, type UnitAnswer } from './corpus.ts'
import { oracleHost } from './host.ts'
import type { RowFailure, TableResult } from './table-result.ts'

/** Another host than the one of the command lines. */
const host = {
  ...oracleHost,
  hostname: 'ORACLE',
  machineId: '4de8e4fcfa83438ca217f03ba93ccfa0',
  kernelRelease: '6.1.176',
}

export const run = (): TableResult => {
  const results = packageNames().flatMap((name) => {
    const tree = packageTree(name)
    return answersOf(name).map((answer) => compareUnit(answer, tree))
  })
  return {
    table: 'properties',
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failures: results.flatMap(({ failures }) => failures),
  }
}

const compareUnit = (answer: UnitAnswer, tree: ReturnType<typeof packageTree>) => {
  const unit = loadUnit(answer.loaded_as, tree, host)
  const row = `${answer.package}/${answer.loaded_as}`
  if (unit?.loadState !== 'loaded')
    return { passed: 0, failures: [{ row, why: `load state ${unit?.loadState}` }] }
  const { properties } = showUnit(unit, host)
  const names = Object.keys(answer.properties).filter((name) => !dependsOnHost(name, answer, unit))
  const failures = names.flatMap((name): RowFailure[] => {
    const [wanted, got] = [normalized(name, answer.properties[name]), normalized(name, properties[name])]
    if (isDeepStrictEqual(wanted, got)) return []
    return [{ row: `${row} ${name}`, why: `wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}` }]
  })
  return { passed: names.length - failures.length, failures }
}

/** What FORMAT.md excludes; and what the kernel said of mounts that were there before systemd read their files. */
const dependsOnHost = (name: string, { properties }: UnitAnswer, unit: LoadedUnit): boolean => {
  if (/^Limit(?:NPROC|SIGPENDING|MEMLOCK)/.test(name)) return true
  if (/^Memory/.test(name)) return isPercentage(unit, name)
  const isMounted = properties['SourcePath'] !== '' || /^rw,/.test(String(properties['Options']))
  return unit.type === 'mount' && isMounted && (name === 'Options' || name === 'SourcePath')
}

const isPercentage = ({ slice, service, socket }: LoadedUnit, name: string): boolean => {
  const settings: Readonly<Record<string, unknown>> = { ...slice, ...service, ...socket }
  return (settings[name] as { readonly kind?: string } | undefined)?.kind === 'percent'
}

/** Lists that systemd keeps in hash tables come in no order. */
const unordered = new Set([
  'Names',
  'RequiresMountsFor',
  'LoadCredential',
  'SetCredential',
  'IPAddressAllow',
  'IPAddressDeny',
])

const normalized = (name: string, value: unknown): unknown => {
  if (!unordered.has(name) || !Array.isArray(value)) return value
  return value.map((element) => JSON.stringify(element)).sort()
}
