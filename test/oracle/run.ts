/**
 * Holds gitproc against systemd's own answers: `npm run test:oracle [-- --verbose] [table …]`.
 * Exit status 1 if a row differs that is not among the deliberate differences.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { differences } from './differences.ts'
import type { RunTable, TableResult } from './table-result.ts'
import { hasOracle, oracleFolder } from './tsv.ts'

/** One file of this folder each. */
export const tableNames = [
  'properties',
  'dependencies',
  'cmdline',
  'calendar',
  'timespan',
  'really-run',
] as const

export const runTable = async (name: string): Promise<readonly TableResult[]> => {
  const path = join(import.meta.dirname, `${name}.ts`)
  if (!existsSync(path))
    return [{ table: name, passed: 0, failures: [], skipped: 'there is no runner for it yet' }]
  const { run } = (await import(pathToFileURL(path).href)) as { readonly run: RunTable }
  return [await run()].flat()
}

/** Failures that nobody decided on. */
export const unexpected = ({ table, failures }: TableResult) =>
  failures.filter(({ row }) => !differences.some((known) => known.table === table && known.row === row))

const report = (result: TableResult, isVerbose: boolean): void => {
  const { table, passed, failures, skipped } = result
  if (skipped !== undefined) {
    console.log(`${table}: skipped, ${skipped}`)
    return
  }
  const bad = unexpected(result)
  const deliberate = failures.length - bad.length
  const suffix = deliberate > 0 ? `, ${deliberate} different on purpose` : ''
  console.log(`${table}: ${passed} passed, ${bad.length} failed${suffix}`)
  if (isVerbose) for (const { row, why } of bad) console.log(`  ${row}: ${why}`)
}

const main = async (words: readonly string[]): Promise<number> => {
  if (!hasOracle()) {
    console.log(`skipped: there is no oracle at ${oracleFolder}`)
    return 0
  }
  const isVerbose = words.includes('--verbose')
  const wanted = words.filter((word) => !word.startsWith('--'))
  let failed = 0
  for (const name of tableNames.filter((each) => wanted.length === 0 || wanted.includes(each)))
    for (const result of await runTable(name)) {
      report(result, isVerbose)
      failed += unexpected(result).length
    }
  return failed > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
