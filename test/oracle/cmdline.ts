/** Command lines: what systemd parsed, refused and expanded, against what gitproc's pure functions make of the same files. */
import { deepStrictEqual } from 'node:assert/strict'
import type { FileTree, TreeEntry } from '../../src/base/file-tree.ts'
import { encodeBytes } from '../../src/base/lossless-text.ts'
import { buildEnvironment, defaultPath, userEnvironment } from '../../src/units/environment.ts'
import { parseEnvironmentFile } from '../../src/units/environment-file.ts'
import { type Environment, expandCommand } from '../../src/units/expand-command.ts'
import { loadUnit } from '../../src/units/load.ts'
import type { LoadedUnit } from '../../src/units/loaded-unit.ts'
import { showUnit } from '../../src/units/show/show-unit.ts'
import type { ExecCommand } from '../../src/units/values.ts'
import { oracleHost } from './host.ts'
import type { RowFailure, TableResult } from './table-result.ts'
import { jsonCell, type Row, readTable } from './tsv.ts'

export const run = (): TableResult => {
  const rows = readTable('cmdline', 'public.tsv')
  const failures = rows.flatMap((row): RowFailure[] => {
    const why = differences(row)
    return why.length === 0 ? [] : [{ row: row['id']!, why: why.join('; ') }]
  })
  return { table: 'command lines (parsed)', passed: rows.length - failures.length, failures }
}

const differences = (row: Row): readonly string[] => {
  const unit = loadUnit(row['unit']!, treeOf(row), oracleHost)
  const loadState = unit?.loadState ?? 'no-such-unit-name'
  const found = [compare('load_state', row['load_state'], loadState)]
  if (unit) {
    found.push(compare('parsed', jsonCell(row, 'parsed'), parsedOf(unit)))
    found.push(compare('dropins', jsonCell(row, 'dropins') ?? [], unit.dropIns))
    const runs = jsonCell<readonly OracleRun[]>(row, 'runs') ?? []
    const files = jsonCell<Record<string, string>>(row, 'extra_files') ?? {}
    found.push(...compareRuns(unit, runs, files), ...compareProperties(row, unit))
  }
  return found.filter((difference) => difference !== undefined)
}

const compare = (what: string, wanted: unknown, got: unknown): string | undefined => {
  if (wanted === undefined || wanted === null) return undefined
  try {
    deepStrictEqual(got, wanted)
    return undefined
  } catch {
    return `${what}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`
  }
}

const treeOf = (row: Row): FileTree =>
  new Map(
    Object.entries(jsonCell<Record<string, string>>(row, 'files') ?? {}).map(([path, text]) => [
      path,
      fileOf(text),
    ]),
  )

const fileOf = (text: string): TreeEntry => ({
  kind: 'file',
  id: text,
  bytes: encodeBytes(text),
  isExecutable: false,
})

/** In the order in which they run. */
const execKinds = [
  'ExecCondition',
  'ExecStartPre',
  'ExecStart',
  'ExecStartPost',
  'ExecReload',
  'ExecStop',
  'ExecStopPost',
] as const

const commandsOf = (unit: LoadedUnit, kind: (typeof execKinds)[number]): readonly ExecCommand[] =>
  unit.service?.[kind] ?? []

const parsedOf = (unit: LoadedUnit): unknown =>
  Object.fromEntries(
    execKinds.flatMap((kind) => {
      const commands = commandsOf(unit, kind)
      return commands.length === 0 ? [] : [[kind, commands.map(oracleForm)]]
    }),
  )

const oracleForm = (command: ExecCommand): unknown => ({
  path: command.path,
  argv: command.argv,
  flags: flagsOf(command),
})

const flagsOf = (command: ExecCommand): readonly string[] => [
  ...(command.ignoreFailure ? ['ignore-failure'] : []),
  ...(command.privileged ? ['privileged'] : []),
  ...(command.noSetuid ? ['no-setuid'] : []),
  ...(command.ambient ? ['ambient'] : []),
  ...(command.noEnvExpand ? ['no-env-expand'] : []),
]

const compareProperties = (row: Row, unit: LoadedUnit): readonly (string | undefined)[] => {
  const wanted = jsonCell<Record<string, unknown>>(row, 'properties') ?? {}
  if (row['load_state'] === 'error' || row['tags']!.includes('host-dependent')) return []
  const shown = showUnit(unit, oracleHost)
  return Object.entries(wanted).map(([name, value]) => {
    // On D-Bus it reads "infinity" until the service has started, whatever the file says.
    if (name === 'WatchdogUSec' && value === 'infinity') return undefined
    const dependencies = shown.dependencies[name]?.all
    return dependencies === undefined
      ? compare(name, value, shown.properties[name])
      : compareDependencies(name, value as readonly string[], dependencies)
  })
}

/** What systemd adds for itself to every service. */
const isDefault = (name: string): boolean =>
  /\.(slice|target)$/.test(name) || name === 'systemd-journald.socket'

const compareDependencies = (
  name: string,
  wanted: readonly string[],
  got: readonly string[],
): string | undefined => {
  const written = (names: readonly string[]): readonly string[] =>
    names.filter((each) => !isDefault(each)).sort()
  return compare(name, written(wanted), written(got))
}

/** What one process was given. */
export interface OracleRun {
  readonly argv: readonly string[]
  readonly env: Environment
}

/** Absolute path → text. */
type ExtraFiles = Readonly<Record<string, string>>

/** Each process that systemd started must be one of ours, in order: same argv after expansion, same environment. */
export const compareRuns = (
  unit: LoadedUnit,
  runs: readonly OracleRun[],
  files: ExtraFiles,
): readonly (string | undefined)[] => {
  const pending = execKinds.flatMap((kind) => commandsOf(unit, kind))
  return runs.map((run) => {
    if ('PWD' in run.env) return undefined
    const environment = environmentOf(unit, run, files)
    const index = pending.findIndex((command) => isSame(expandCommand(command, environment), run.argv))
    if (index < 0) return `run: no command gives ${JSON.stringify(run.argv)}`
    pending.splice(0, index + 1)
    return compare('env', run.env, environment)
  })
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index])

/** What only a real start can know (results, directories, sockets) is taken from the row itself. */
const givenByStart = /^(SERVICE_RESULT|EXIT_|MAINPID|NOTIFY_|WATCHDOG_|PIDFILE|.*_DIRECTORY$)/

const environmentOf = (unit: LoadedUnit, run: OracleRun, files: ExtraFiles): Environment => {
  const service = unit.service!
  const given = Object.entries(run.env).filter(([name]) => givenByStart.test(name))
  return buildEnvironment({
    base: { PATH: defaultPath },
    own: { ...userEnvironment(accountOf(service.User)), ...Object.fromEntries(given) },
    searchPath: service.ExecSearchPath ?? [],
    pass: service.PassEnvironment ?? [],
    daemon: { PATH: defaultPath },
    assignments: service.Environment ?? [],
    files: environmentFilesOf(unit, files),
    unset: service.UnsetEnvironment ?? [],
  })
}

const accountOf = (user: string | undefined) => {
  if (user === undefined || user === '') return undefined
  const found = [...oracleHost.users].find(([name, { uid }]) => name === user || String(uid) === user)
  return found && { name: found[0], ...found[1] }
}

const environmentFilesOf = (unit: LoadedUnit, files: ExtraFiles) =>
  (unit.service?.EnvironmentFile ?? []).flatMap(({ path }) => {
    const text = files[path]
    const content = text === undefined ? undefined : parseEnvironmentFile(text)
    return content === undefined ? [] : [content.variables]
  })
