/**
 * Namespaces that outlive the process they were made in: each unit that shares has a folder, and in it a file for each of its
 * namespaces, over which that is mounted. To join another unit is to mount its namespace over a file of one's own; the kernel
 * counts, and forgets a namespace with the last file and the last process. The next daemon finds all of it.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LaunchProblem } from './launch-problem.ts'

export type SharedKind = 'net' | 'ipc'

/** What a run of a unit has of others, or made for them. */
export interface ShareRecord {
  readonly invocationId: string
  /** The run whose folders are its /tmp and /var/tmp. */
  readonly tmpOf: string
}

export interface NamespaceFiles {
  /** Undefined: the unit shares nothing. */
  read(unit: string): ShareRecord | undefined
  readonly units: readonly string[]
  path(unit: string, kind: SharedKind): string
  /** `from`: the file of a namespace; a kind that is not in it is made anew. Replaces what an earlier run left. */
  write(
    unit: string,
    record: ShareRecord,
    kinds: readonly SharedKind[],
    from: ReadonlyMap<SharedKind, string>,
  ): Promise<void>
  remove(unit: string): Promise<void>
}

const kindsOfFiles: readonly SharedKind[] = ['net', 'ipc']

/** Only root can. `folder`: made when there is something to be kept in it. */
export function createNamespaceFiles(folder: string): NamespaceFiles {
  const path = (unit: string, name: SharedKind | 'run'): string => join(folder, unit, name)
  const remove = async (unit: string): Promise<void> => {
    if (!existsSync(join(folder, unit))) return
    for (const kind of kindsOfFiles) if (isMounted(path(unit, kind))) await run('umount', path(unit, kind))
    rmSync(join(folder, unit), { recursive: true, force: true })
  }
  return {
    path,
    remove,
    get units() {
      return existsSync(folder) ? readdirSync(folder) : []
    },
    read: (unit) => readRecord(path(unit, 'run')),
    async write(unit, record, kinds, from) {
      await remove(unit)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      mkdirSync(join(folder, unit), { mode: 0o700 })
      for (const kind of kinds) writeFileSync(path(unit, kind), '', { mode: 0o600 })
      for (const kind of kinds) {
        const source = from.get(kind)
        if (source !== undefined) await run('mount', '--no-mtab', '--bind', source, path(unit, kind))
      }
      const made = kinds.filter((kind) => !from.has(kind)).map((kind) => `--${kind}=${path(unit, kind)}`)
      if (made.length > 0) await run('unshare', ...made, 'true')
      // Last: what is not complete is done again.
      writeFileSync(path(unit, 'run'), `${record.invocationId} ${record.tmpOf}\n`, { mode: 0o600 })
    },
  }
}

function readRecord(path: string): ShareRecord | undefined {
  if (!existsSync(path)) return undefined
  const [invocationId, tmpOf] = readFileSync(path, 'utf8').trim().split(' ')
  return invocationId && tmpOf ? { invocationId, tmpOf } : undefined
}

/** A namespace lies in a file system of the kernel's own. */
const isMounted = (path: string): boolean => {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && found.dev === statSync('/proc/self/ns/net').dev
}

async function run(program: string, ...words: readonly string[]): Promise<void> {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
  await promisify(execFile)(program, words, { env, timeout: 10_000, killSignal: 'SIGKILL' }).catch(
    (error: Error & { readonly stderr?: string }) => {
      const why = error.stderr?.trim().split('\n')[0] || error.message
      throw new LaunchProblem('NAMESPACE', `JoinsNamespaceOf=: ${why}`, error)
    },
  )
}
