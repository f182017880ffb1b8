/** LoadCredential= and SetCredential= (systemd.exec(5), CREDENTIALS): files that only the service's user may read. */
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { credentialsDirectory } from './credentials-directory.ts'
import type { Owner } from './folder-tree.ts'
import { LaunchProblem } from './launch-problem.ts'
import { readUnforged } from './trusted-file.ts'

/** Where a credential is looked for by its name: in what gitproc itself was given, then in the host's stores. Pure. */
export const credentialStores = (
  { configuration, runtime }: Pick<HostFacts['directories'], 'configuration' | 'runtime'>,
  received: string | undefined,
): readonly string[] => [
  ...(received?.startsWith('/') ? [received] : []),
  ...[configuration, runtime, '/usr/local/lib', '/usr/lib'].map((folder) => `${folder}/credstore`),
]

export interface CredentialsOf {
  readonly unit: LoadedUnit
  readonly facts: Pick<HostFacts, 'directories'>
  /** $CREDENTIALS_DIRECTORY of the daemon. */
  readonly received: string | undefined
  /** Absent: the daemon's own user. */
  readonly owner: Owner | undefined
}

/** As they are when the run begins. Fails with a LaunchProblem that tells names, never contents. */
export async function makeCredentials({ unit, facts, received, owner }: CredentialsOf): Promise<void> {
  const directory = credentialsDirectory(unit, facts)
  // There already: it is the same run, of which a newer daemon took charge.
  if (directory === undefined || existsSync(directory)) return
  const contents = await collect(unit, credentialStores(facts.directories, received))
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

type Contents = readonly (readonly [name: string, content: Uint8Array])[]

/** A text counts only where there is no file of that name. */
async function collect(
  { service }: LoadedUnit,
  stores: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  for (const { name, text } of service?.SetCredential ?? []) contents.set(name, Buffer.from(text))
  for (const { name, path } of service?.LoadCredential ?? []) {
    const isPath = path.startsWith('/')
    const loaded = isPath ? await load(name, path) : await loadFirst(name, path, stores)
    // What is asked for by name may be missing: the service finds out by itself (systemd.exec(5)).
    if (loaded === undefined && isPath && !contents.has(name))
      throw new LaunchProblem('CREDENTIALS', `LoadCredential=${name}: there is nothing at ${path}`)
    for (const [each, content] of loaded ?? []) contents.set(each, content)
  }
  return contents
}

async function loadFirst(
  name: string,
  wanted: string,
  stores: readonly string[],
): Promise<Contents | undefined> {
  for (const store of stores) {
    const loaded = await load(name, join(store, wanted))
    if (loaded !== undefined) return loaded
  }
  return undefined
}

/** Undefined: there is nothing. */
async function load(name: string, path: string): Promise<Contents | undefined> {
  try {
    if ((await stat(path)).isDirectory()) return await loadFolder(name, path)
    return [[name, await readUnforged(path)]]
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new LaunchProblem('CREDENTIALS', `LoadCredential=${name}:${path}: ${codeOf(error)}`, error)
  }
}

/** All files in it and below, named `NAME_FOLDER_FILE`; symbolic links are no files. */
async function loadFolder(name: string, path: string): Promise<Contents> {
  const contents: (readonly [string, Uint8Array])[] = []
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const [each, place] = [`${name}_${entry.name}`, join(path, entry.name)]
    if (entry.isDirectory()) contents.push(...(await loadFolder(each, place)))
    else if (entry.isFile()) contents.push([each, await readUnforged(place)])
  }
  return contents
}

const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error))
