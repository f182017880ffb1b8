/** The program of a command line as an absolute path (systemd.service(5), COMMAND LINES). */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeBytes } from '../../base/lossless-text.ts'
import type { ExecCommand } from '../../units/values.ts'
import { LaunchProblem } from './launch-problem.ts'

/**
 * A bare name is looked up in the search path; an absolute one is taken as it is. With the prefix `-` a program that is not
 * there is skipped: the LaunchProblem then says so.
 */
export async function resolveProgram(
  { path, ignoreFailure }: ExecCommand,
  searchPath: string,
): Promise<string> {
  // Why it can't be executed is found out by trying.
  if (path.startsWith('/') && !ignoreFailure) return path
  const candidates = path.startsWith('/') ? [path] : searchPath.split(':').map((folder) => join(folder, path))
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate
  if (ignoreFailure) throw new LaunchProblem('SKIPPED', `there is no program "${path}", which is ignored (-)`)
  throw new LaunchProblem('EXEC', `no program "${path}" in ${searchPath}`)
}

async function isProgram(path: string): Promise<boolean> {
  const bytes = Buffer.from(encodeBytes(path))
  try {
    await access(bytes, constants.X_OK)
    return (await stat(bytes)).isFile()
  } catch {
    return false
  }
}
