/** LoadCredential= and SetCredential= (systemd.exec(5), CREDENTIALS): files that only the service's user may read. */
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostFacts } from '../units/host-facts.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { credentialsDirectory } from './credentials-directory.ts'
import type { Owner } from './folder-tree.ts'
import { LaunchProblem } from './launch-problem.ts'
import { readUnforged } from './trusted-file.ts'

/** As they are when the run begins. Fails with a LaunchProblem that tells names, never contents. */
export async function makeCredentials(
  unit: LoadedUnit,
  facts: Pick<HostFacts, 'directories'>,
  owner: Owner | undefined,
): Promise<void> {
  const directory = credentialsDirectory(unit, facts)
  // There already: it is the same run, of which a newer daemon took charge.
  if (directory === undefined || existsSync(directory)) return
  const contents = await collect(unit)
  try {
    await mkdir(join(directory, '..'), { recursive: true, mode: 0o755 })
    await mkdir(directory, { mode: 0o700 })
    for (const [name, content] of contents) await writeOne(join(directory, name), content, owner)
    if (owner !== undefined) await chown(directory, owner.uid, owner.gid)
    await chmod(directory, 0o500)
  } catch (error) {
    throw new LaunchProblem('CREDENTIALS', `could not make ${directory}: ${codeOf(error)}`, error)
  }
}

async function writeOne(path: string, content: Uint8Array, owner: Owner | undefined): Promise<void> {
  await writeFile(path, content, { mode: 0o400, flag: 'wx' })
  if (owner !== undefined) await chown(path, owner.uid, owner.gid)
}

/** A text counts only where there is no file of that name. */
async function collect({ service }: LoadedUnit): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  for (const { name, text } of service?.SetCredential ?? []) contents.set(name, Buffer.from(text))
  for (const { name, path } of service?.LoadCredential ?? []) {
    const loaded = await load(name, path)
    if (loaded.length === 0 && !contents.has(name))
      throw new LaunchProblem('CREDENTIALS', `LoadCredential=${name}: there is nothing at ${path}`)
    for (const [each, content] of loaded) contents.set(each, content)
  }
  return contents
}

/** A folder stands for all files in it, named `NAME_FILE`. None: there is nothing. */
async function load(name: string, path: string): Promise<readonly (readonly [string, Uint8Array])[]> {
  // A credential that gitproc itself was given; it is given none.
  if (!path.startsWith('/')) return []
  try {
    if (!(await stat(path)).isDirectory()) return [[name, await readUnforged(path)]]
    const files = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile())
    return await Promise.all(
      files.map(async (file) => [`${name}_${file.name}`, await readUnforged(join(path, file.name))] as const),
    )
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new LaunchProblem('CREDENTIALS', `LoadCredential=${name}:${path}: ${codeOf(error)}`, error)
  }
}

const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error))
