/** A table of the oracle as rows of cells; its heading is left out. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rows, or why there are none. */
export const readTable = (name: string): readonly (readonly string[])[] | string => {
  const path = join(import.meta.dirname, '../../../shared/oracle', name, 'public.tsv')
  if (!existsSync(path)) return `there is no ../shared/oracle/${name}/public.tsv`
  const lines = readFileSync(path, 'utf8').split('\n').slice(1)
  return lines.filter((line) => line !== '').map((line) => line.split('\t'))
}
