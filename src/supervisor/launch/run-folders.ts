/** Folders of one run that others must not see: PrivateTmp=, and what a service with a root directory of its own still needs. */
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Abilities } from '../../executor/executor.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { impliedProtection } from '../../units/show/implied.ts'
import { credentialsDirectory } from './credentials-directory.ts'
import { directoriesOf } from './directories.ts'
import { removeTree } from './folder-tree.ts'
import { LaunchProblem } from './launch-problem.ts'
import type { RunFolders } from './mount-rules-of.ts'

type Facts = Pick<HostFacts, 'directories'>

interface Run {
  readonly invocationId: string
  readonly notifySocket: string | undefined
  readonly abilities: Pick<Abilities, 'mounts'>
}

/** Where they are, whether made or not. Pure. */
export function runFoldersOf(
  unit: LoadedUnit,
  facts: Facts,
  { invocationId, notifySocket, abilities }: Run,
): RunFolders {
  const directories = directoriesOf(unit, facts, abilities)
  const credentials = credentialsDirectory(unit, facts)
  const places = hasPrivateTmp(unit) ? privateTmp(facts, invocationId) : undefined
  return {
    ...(places === undefined ? {} : { privateTmp: places.inner }),
    ...(notifySocket === undefined ? {} : { notifySocket }),
    writable: directories.filter(({ isOwned }) => isOwned).map(({ path }) => path),
    hidden: directories.flatMap(({ path, shownAs, privateRoot }) =>
      privateRoot === undefined ? [] : [{ path, shownAs, root: privateRoot }],
    ),
    needed: [
      ...directories.filter(({ privateRoot }) => privateRoot === undefined).map(({ path }) => path),
      credentials,
      notifySocket,
    ].filter((path) => path !== undefined),
  }
}

const hasPrivateTmp = ({ service }: LoadedUnit): boolean =>
  service !== undefined && impliedProtection(service).PrivateTmp

/** The outer folders are closed to all others; the inner ones are as open as any /tmp. */
function privateTmp({ directories }: Facts, invocationId: string) {
  const name = `gitproc-private-${invocationId}`
  const outer = [join(directories.temporary, name), join(directories.persistentTemporary, name)] as const
  return { outer, inner: { temporary: join(outer[0], 'tmp'), persistent: join(outer[1], 'tmp') } }
}

export async function makePrivateTmp(unit: LoadedUnit, facts: Facts, invocationId: string): Promise<void> {
  // No run, no folders: a health check may be asked about before there is one.
  if (!hasPrivateTmp(unit) || invocationId === '') return
  const { outer, inner } = privateTmp(facts, invocationId)
  try {
    for (const path of new Set(outer)) await makeOwn(path)
    for (const path of new Set([inner.temporary, inner.persistent])) {
      await mkdir(path, { recursive: true })
      await chmod(path, 0o1777)
    }
  } catch (error) {
    throw new LaunchProblem('NAMESPACE', `PrivateTmp=: ${(error as Error).message}`, error)
  }
}

/** In a folder that everybody may write to, one that is there already may be somebody else's: then it is none of ours. */
async function makeOwn(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0)
    throw new Error(`${path} is there already, and not ours`)
}

export async function removePrivateTmp(unit: LoadedUnit, facts: Facts, invocationId: string): Promise<void> {
  if (!hasPrivateTmp(unit)) return
  for (const path of privateTmp(facts, invocationId).outer) await removeTree(path)
}
