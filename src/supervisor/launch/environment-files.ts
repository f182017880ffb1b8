/** EnvironmentFile=: read anew at each start, a pattern of glob(3) as every file that matches (systemd.exec(5)). */
import { decodeBytes } from '../../base/lossless-text.ts'
import { parseEnvironmentFile } from '../../units/environment-file.ts'
import type { EnvironmentFile } from '../../units/values.ts'
import { HostFiles } from '../conditions/host-files.ts'
import { matchingPaths } from '../conditions/path-glob.ts'
import { LaunchProblem } from './launch-problem.ts'
import { readUnforged } from './trusted-file.ts'

type Variables = ReadonlyMap<string, string>

/** In order; fails with a LaunchProblem for the first that is missing or makes no sense, unless it is optional. */
export async function readEnvironmentFiles(files: readonly EnvironmentFile[]): Promise<readonly Variables[]> {
  const read = await Promise.all(files.map(readMatching))
  return read.flat()
}

async function readMatching({ path, optional }: EnvironmentFile): Promise<readonly Variables[]> {
  try {
    const paths = /[*?[]/.test(path) ? matchingPaths(path, new HostFiles()) : [path]
    if (paths.length === 0) throw new Error('no file matches')
    return await Promise.all(paths.map(readVariables))
  } catch (error) {
    if (optional) return []
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    throw new LaunchProblem('RESOURCES', `EnvironmentFile=${path}: ${why}`, error)
  }
}

async function readVariables(path: string): Promise<Variables> {
  const content = parseEnvironmentFile(decodeBytes(await readUnforged(path)))
  if (content === undefined) throw new Error('it holds what no environment can')
  return content.variables
}
