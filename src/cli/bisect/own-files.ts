/** The environment files of a revision, beside the work tree: a unit of an earlier commit gets those of that commit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Repository } from '../../git/repository-port.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'

export interface OwnFiles {
  readonly unit: LoadedUnit
  remove(): void
}

export const withFilesOf = async (
  unit: LoadedUnit,
  sha: string,
  folder: string,
  repository: Repository,
): Promise<OwnFiles> => {
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-bisect-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  if (unit.service === undefined) return { unit, remove }
  const EnvironmentFile = await Promise.all(
    unit.service.EnvironmentFile.map(async (file, index) => {
      const bytes = file.path.startsWith(`${folder}/`)
        ? await repository.readFile(sha, file.path.slice(folder.length + 1))
        : undefined
      if (bytes === undefined) return file
      const path = join(directory, String(index))
      writeFileSync(path, bytes, { mode: 0o600 })
      return { ...file, path }
    }),
  )
  return { unit: { ...unit, service: { ...unit.service, EnvironmentFile } }, remove }
}
