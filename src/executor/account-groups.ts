/** The groups of an account, where `setpriv --init-groups` can't be used because groups are added to them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GitprocError } from '../base/error.ts'
import type { LaunchSpec } from './launch-spec.ts'

const run = promisify(execFile)

/** SupplementaryGroups= adds to what the user database says (systemd.exec(5)); setpriv takes one list or the other. */
export async function withAllGroups(spec: LaunchSpec, daemonUid: number): Promise<LaunchSpec> {
  const { userName, supplementaryGids } = spec.identity
  const asksHere = supplementaryGids.length > 0 || spec.sandbox.confinement !== undefined
  if (daemonUid !== 0 || userName === undefined || !asksHere) return spec
  const gids = [...new Set([...(await groupsOf(userName)), ...supplementaryGids])]
  return { ...spec, identity: { ...spec.identity, supplementaryGids: gids } }
}

/** Asked of id(1), so that every source of nsswitch.conf(5) counts. */
async function groupsOf(userName: string): Promise<readonly number[]> {
  try {
    const { stdout } = await run('/usr/bin/id', ['-G', '--', userName], { env: {} })
    return stdout.trim().split(' ').map(Number)
  } catch (cause) {
    throw new GitprocError('executor/launch', `the groups of user ${userName} are not known`, { cause })
  }
}
