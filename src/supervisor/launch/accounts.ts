/** Users and groups by NSS, which node does not know: asked of getent(1), once for each run of a unit. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface User {
  /** Undefined for a bare number that has no entry. */
  readonly name: string | undefined
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
  /** Of DynamicUser=: no database knows its name or groups. */
  readonly isDynamic?: boolean
}

export interface Accounts {
  /** By name or number; undefined where there is none. A number needs no entry. */
  user(nameOrId: string): Promise<User | undefined>
  group(nameOrId: string): Promise<number | undefined>
}

const run = promisify(execFile)

export const nssAccounts: Accounts = {
  async user(nameOrId) {
    const fields = await getent('passwd', nameOrId)
    if (fields === undefined) return isNumber(nameOrId) ? bareUser(Number(nameOrId)) : undefined
    const [name, , uid, gid, , home, shell] = fields
    return { name, uid: Number(uid), gid: Number(gid), home: home ?? '/', shell: shell ?? '' }
  },
  async group(nameOrId) {
    if (isNumber(nameOrId)) return Number(nameOrId)
    const gid = (await getent('group', nameOrId))?.[2]
    return gid === undefined ? undefined : Number(gid)
  },
}

/** A uid without an entry: its group has the same number, as systemd takes it. */
const bareUser = (uid: number): User => ({ name: undefined, uid, gid: uid, home: '/', shell: '' })

const isNumber = (text: string): boolean => /^\d+$/.test(text)

async function getent(database: 'passwd' | 'group', key: string): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await run('getent', ['--', database, key], { timeout: 10_000 })
    return stdout.split('\n')[0]?.split(':')
  } catch (error) {
    // 2: the key is not in the database.
    if ((error as { code?: unknown }).code === 2) return undefined
    throw error
  }
}
