/** The oracle's tables: where they lie, and their rows by column. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `../shared/oracle` beside the project. */
export const oracleFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'oracle')

export const hasOracle = (): boolean => existsSync(oracleFolder)

export type Row = Readonly<Record<string, string>>

/** Cells are not trimmed: empty ones at the end of a line count. */
export const readTable = (...path: readonly string[]): readonly Row[] => {
  const [header = '', ...lines] = readFileSync(join(oracleFolder, ...path), 'utf8').split('\n')
  const columns = header.split('\t')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split('\t')
      return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
    })
}

/** The value of a JSON cell; undefined where it is empty. */
export const jsonCell = <T>(row: Row, column: string): T | undefined => {
  const cell = row[column] ?? ''
  return cell === '' ? undefined : (JSON.parse(cell) as T)
}
