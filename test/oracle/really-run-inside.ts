/** The part of `really-run.ts` that runs in a mount namespace of its own: each row by `runUnit`, some by the command. */
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { isDeepStrictEqual, promisify } from 'node:util'
import { encodeBytes } from '../../src/base/lossless-text.ts'
import { readFolder } from '../../src/cli/read-folder.ts'
import { hostFactsFor } from '../../src/cli/unit-source.ts'
import { type RunReport, runUnit } from '../../src/run-unit.ts'
import { loadUnit } from '../../src/units/load.ts'
import { type ProcessRun, processRunOf } from './argv-record.ts'
import type { RowFailure, TableResult } from './table-result.ts'
import { jsonCell, type Row, readTable } from './tsv.ts'

type Answer = Pick<RunReport, 'result' | 'exit_status' | 'state' | 'condition_result' | 'invocation_id'>

/** A way to run a row's unit, which lies in the folder. */
type Runner = (unit: string, folder: string) => Promise<Answer>

const records = '/run/argv-dump'
/** Every so many rows are run by the command, too. */
const sample = 12
const atOnce = 4

const main = async (scratch: string): Promise<readonly TableResult[]> => {
  furnish(scratch)
  const rows = readTable('cmdline', 'public.tsv').filter((row) => row['started'] === 'yes')
  for (const row of rows) writeExtraFiles(row)
  const some = rows.filter((_, index) => index % sample === 0)
  return [
    await compareAll('command lines (really run)', rows, (unit, folder) => runHere(unit, folder), scratch),
    await compareAll(
      'command lines (run by the command)',
      some,
      (unit, folder) => runByCommand(unit, folder),
      scratch,
    ),
  ]
}

/** `/usr/bin` with the dumper in it and an empty `/run`, for this namespace alone. */
const furnish = (scratch: string): void => {
  const layers = join(scratch, 'layers')
  mkdirSync(layers)
  execFileSync('mount', ['-t', 'tmpfs', 'layers', layers])
  const [upper, work] = [join(layers, 'upper'), join(layers, 'work')]
  for (const folder of [upper, work]) mkdirSync(folder)
  copyFileSync(join(scratch, 'argv-dump'), join(upper, 'argv-dump'))
  chmodSync(join(upper, 'argv-dump'), 0o755)
  const options = `lowerdir=/usr/bin,upperdir=${upper},workdir=${work}`
  execFileSync('mount', ['-t', 'overlay', 'programs', '-o', options, '/usr/bin'])
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'run', '/run'])
  mkdirSync(records)
  chmodSync(records, 0o1777)
}

const writeExtraFiles = (row: Row): void => {
  for (const [path, text] of Object.entries(jsonCell<Record<string, string>>(row, 'extra_files') ?? {})) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, encodeBytes(text), { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
}

const compareAll = async (
  table: string,
  rows: readonly Row[],
  runner: Runner,
  scratch: string,
): Promise<TableResult> => {
  const failures: RowFailure[] = []
  const pending = [...rows]
  const work = async (): Promise<void> => {
    for (let row = pending.shift(); row !== undefined; row = pending.shift()) {
      const why = await compareRow(row, runner, join(scratch, row['id']!))
      if (why.length > 0) failures.push({ row: row['id']!, why: why.join('; ') })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  failures.sort((a, b) => a.row.localeCompare(b.row))
  return { table, passed: rows.length - failures.length, failures }
}

const compareRow = async (row: Row, runner: Runner, folder: string): Promise<readonly string[]> => {
  for (const [path, text] of Object.entries(jsonCell<Record<string, string>>(row, 'files') ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), encodeBytes(text))
  }
  try {
    return differences(row, await runner(row['unit']!, folder))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const differences = (row: Row, answer: Answer): readonly string[] => {
  const isHostDependent = row['tags']!.includes('host-dependent')
  return [
    compare('result', row['result'], answer.result),
    compare('exec_main_status', row['exec_main_status'], String(answer.exit_status)),
    compare('final_state', row['final_state'], answer.state),
    compare('condition_result', row['condition_result'], String(answer.condition_result)),
    compare(
      'runs',
      isHostDependent ? undefined : jsonCell<readonly ProcessRun[]>(row, 'runs'),
      takeRuns(answer.invocation_id),
    ),
  ].filter((difference) => difference !== undefined)
}

const compare = (what: string, wanted: unknown, got: unknown): string | undefined =>
  wanted === undefined || isDeepStrictEqual(wanted, got)
    ? undefined
    : `${what}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`

/** What the dumper wrote down in that invocation, in the order in which the processes ran. */
const takeRuns = (invocationId: string | null): readonly ProcessRun[] =>
  readdirSync(records)
    .filter((name) => name.startsWith(`${invocationId}.`))
    .sort()
    .map((name) => processRunOf(readFileSync(join(records, name))))

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })

const runHere: Runner = async (name, folder) => {
  const unit = loadUnit(name, readFolder(folder), hostFactsFor(folder))
  if (unit?.loadState !== 'loaded') throw new Error(`load state ${unit?.loadState}`)
  return runUnit(unit, {
    unitDirectory: folder,
    settings: { cgroupRoot: 'auto', privatePids: 'auto' },
    stdout: nowhere,
    stderr: nowhere,
    who: 'root',
    onInterrupt: () => () => {},
  })
}

/** The sources, or what was built of them. */
const entry = process.env['GITPROC_ENTRY'] ?? join('src', 'cli', 'main.ts')
const command = join(import.meta.dirname, '..', '..', entry)

/** Its exit status says the same as the report; what it prints is one JSON object. */
const runByCommand: Runner = async (name, folder) => {
  const words = [command, 'run', name, '--path', folder, '--wait', '-o', 'json']
  const { stdout } = await promisify(execFile)(process.execPath, words).catch(
    (error: { readonly code?: unknown; readonly stdout?: string }) => {
      if (error.code !== 1) throw error
      return { stdout: error.stdout ?? '' }
    },
  )
  return JSON.parse(stdout) as Answer
}

process.stdout.write(JSON.stringify(await main(process.argv[2]!)))
