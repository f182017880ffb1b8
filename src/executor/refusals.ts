/** What a launch asks for that this host or this user can't give: refused with a sentence before anything ran. Pure. */
import { GitprocError } from '../base/error.ts'
import type { Abilities } from './executor.ts'
import type { LaunchSpec } from './launch-spec.ts'

export interface Launcher {
  readonly uid: number
  readonly gid: number
  readonly nice: number
  readonly abilities: Abilities
}

/** Throws `executor/unsupported` with the first thing that can't be done. */
export function refuseUnsupported(spec: LaunchSpec, launcher: Launcher): void {
  const why = [...pathProblems(spec), ...privilegeProblems(spec, launcher)][0]
  if (why === undefined) return
  const remedy = launcher.uid === 0 ? undefined : 'run gitproc as root, or remove the directive'
  throw new GitprocError(
    'executor/unsupported',
    `${spec.unit}: ${why}`,
    remedy === undefined ? {} : { remedy },
  )
}

function* privilegeProblems(
  { identity, sandbox, limits }: LaunchSpec,
  launcher: Launcher,
): Generator<string> {
  const { uid, gid, nice, abilities } = launcher
  if (sandbox.privatePids && !abilities.privatePids)
    yield 'PrivatePIDs=yes: no PID namespace can be made here'
  if (sandbox.confinement?.rootDirectory !== undefined && !abilities.mounts)
    yield 'RootDirectory=: no namespace for mounts can be made here'
  if (uid === 0) return
  if (identity.uid !== undefined && identity.uid !== uid)
    yield `User=: only root may start a process as uid ${identity.uid}`
  if (identity.gid !== undefined && identity.gid !== gid)
    yield `Group=: only root may start a process as gid ${identity.gid}`
  if (identity.supplementaryGids.length > 0) yield 'SupplementaryGroups=: only root may set them'
  if (sandbox.capabilityBoundingSet !== undefined) yield 'CapabilityBoundingSet=: only root may change it'
  if ((sandbox.ambientCapabilities ?? []).length > 0) yield 'AmbientCapabilities=: only root may give them'
  if (limits.nice !== undefined && limits.nice < nice)
    yield `Nice=${limits.nice}: only root may raise a priority${nice > 0 ? `, and gitproc itself runs at ${nice}` : ''}`
}

/** Names become file names, and rings of one line. */
function* pathProblems(spec: LaunchSpec): Generator<string> {
  if (!/^[A-Za-z0-9:_.\\@-]+$/.test(spec.unit) || spec.unit.startsWith('.'))
    yield `${JSON.stringify(spec.unit)} is no unit name`
  if (!/^[0-9a-f]{32}$/.test(spec.invocationId))
    yield `${JSON.stringify(spec.invocationId)} is no invocation id`
  if (!/^[A-Za-z0-9_.-]+$/.test(spec.role) || spec.role.startsWith('.'))
    yield `${JSON.stringify(spec.role)} is no role`
  if (!spec.command.path.startsWith('/')) yield `${JSON.stringify(spec.command.path)} is no absolute path`
  const words = [spec.command.path, ...spec.command.argv, spec.command.workingDirectory]
  if (words.some((word) => word.includes('\0'))) yield 'a command line cannot hold a NUL character'
}
