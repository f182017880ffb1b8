/** A unit's command as a LaunchSpec: everything that was looked up before is here, so that this is pure. */
import type { Abilities } from '../../executor/executor.ts'
import type { Identity, LaunchSpec, ProcessLimits } from '../../executor/launch-spec.ts'
import type { ServiceEffect } from '../../lifecycle/effects.ts'
import type { ServicePolicy } from '../../lifecycle/service-policy.ts'
import type { Invocation } from '../../lifecycle/service-state.ts'
import type { LogTargets } from '../../logs/log-port.ts'
import { expandCommand } from '../../units/expand-command.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { ExecCommand } from '../../units/values.ts'
import { cgroupSpecOf } from './cgroup-settings.ts'
import type { Share } from './namespace-sharing.ts'
import { isYes } from './not-enforced.ts'
import { runFoldersOf } from './run-folders.ts'
import { sandboxOf } from './sandbox-of.ts'
import { streamsOf } from './streams-of.ts'

export type Launch = Extract<ServiceEffect, { readonly kind: 'launch' }>

/** Who the service runs as, looked up. */
export interface LookedUpIdentity {
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly userName: string | undefined
  readonly home: string
  readonly supplementaryGids: readonly number[]
}

export interface LaunchInputs {
  readonly unit: LoadedUnit
  readonly policy: ServicePolicy
  readonly launch: Launch
  readonly invocation: Invocation
  readonly command: ExecCommand
  /** Absolute path that the command's path was resolved to. */
  readonly path: string
  readonly environment: Readonly<Record<string, string>>
  /** Variables of it whose value is the pid of the process. */
  readonly pidVariables: readonly string[]
  /** Open files of this daemon that become the service's 3, 4, …: its sockets. */
  readonly listenFds?: readonly number[]
  readonly identity: LookedUpIdentity
  readonly log: LogTargets
  /** Of a run that has namespaces in common with another unit. */
  readonly share?: Share | undefined
  readonly facts: HostFacts
  readonly abilities: Abilities
  readonly privatePids: 'auto' | 'yes' | 'no'
}

export function launchSpecOf(inputs: LaunchInputs): LaunchSpec {
  const { unit, policy, launch, invocation, command, environment } = inputs
  const service = serviceOf(unit)
  const { revision } = invocation
  return {
    unit: unit.name,
    invocationId: invocation.id,
    role: launch.role,
    ...(revision === undefined ? {} : { revision }),
    command: {
      path: inputs.path,
      argv: expandCommand(command, environment),
      environment,
      ...(inputs.pidVariables.length === 0 ? {} : { pidVariables: inputs.pidVariables }),
      ...workingDirectoryOf(inputs),
    },
    identity: identityOf(inputs),
    streams: streamsOf(service, inputs.log, launch.as),
    limits: limitsOf(service),
    cgroup: cgroupOf(inputs),
    sandbox: sandboxFor(inputs),
    ...(inputs.listenFds === undefined || inputs.listenFds.length === 0
      ? {}
      : { listenFds: inputs.listenFds }),
    reportsExec: policy.type === 'exec' && launch.as === 'main',
  }
}

export function serviceOf(unit: LoadedUnit): NonNullable<LoadedUnit['service']> {
  if (unit.service === undefined) throw new Error(`${unit.name} is no service`)
  return unit.service
}

/** Delegate=: the service's user may divide the cgroup further; root always may. */
function cgroupOf({ unit, facts, identity }: LaunchInputs): NonNullable<LaunchSpec['cgroup']> {
  const spec = cgroupSpecOf(unit, facts)
  const { uid, gid } = identity
  if (!serviceOf(unit).Delegate.isDelegated || uid === undefined || facts.user.uid !== 0) return spec
  return { ...spec, delegate: { uid, gid: gid ?? uid } }
}

function workingDirectoryOf({ unit, identity }: LaunchInputs) {
  const wanted = unit.service?.WorkingDirectory
  const workingDirectory = wanted === undefined ? '/' : wanted.isHome ? identity.home : wanted.path
  return { workingDirectory, workingDirectoryOptional: wanted?.optional ?? false }
}

/** `+` and `!` before a command keep the user of the daemon; `!!` does so only on kernels older than any here (systemd.service(5)). */
function identityOf({ unit, command, identity }: LaunchInputs): Identity {
  const umask = unit.service?.UMask ?? 0o022
  if (command.privileged || command.noSetuid) return { supplementaryGids: [], umask }
  const { uid, gid, userName, supplementaryGids } = identity
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(userName === undefined ? {} : { userName }),
    supplementaryGids,
    umask,
  }
}

function limitsOf(service: NonNullable<LoadedUnit['service']>): ProcessLimits {
  const rlimits = Object.entries(service)
    .filter(([key, value]) => key.startsWith('Limit') && value !== undefined)
    .map(([key, value]) => [key.slice('Limit'.length), value])
  return {
    rlimits: Object.fromEntries(rlimits),
    ...(service.Nice === undefined ? {} : { nice: service.Nice }),
    ...(service.OOMScoreAdjust === undefined ? {} : { oomScoreAdjust: service.OOMScoreAdjust }),
  }
}

function sandboxFor(inputs: LaunchInputs): LaunchSpec['sandbox'] {
  const { unit, facts, invocation, environment, command, identity, abilities } = inputs
  const isRoot = facts.user.uid === 0
  const runsAs = command.noSetuid ? facts.user.uid : (identity.uid ?? facts.user.uid)
  return sandboxOf({
    service: serviceOf(unit),
    command,
    privatePids: inputs.launch.as === 'main' && hasPrivatePids(inputs),
    isUnprivileged: runsAs !== 0,
    isRoot,
    abilities,
    architecture: facts.architecture,
    ...(inputs.share === undefined ? {} : { joins: inputs.share.joins }),
    folders: runFoldersOf(unit, facts, {
      invocationId: inputs.share?.tmpOf ?? invocation.id,
      notifySocket: environment['NOTIFY_SOCKET'],
      abilities: inputs.abilities,
    }),
  })
}

/**
 * Control commands stay outside: `kill -HUP $MAINPID` names the main process as the host does. Not set, it is the
 * configuration's word; `auto` leaves daemons alone that tell their own pid to others, and
 * units that outlive their main process: with the first process of a namespace all others in it end.
 */
function hasPrivatePids({ unit, policy, abilities, privatePids }: LaunchInputs): boolean {
  const wanted = unit.service?.PrivatePIDs
  if (wanted !== undefined) return isYes(wanted)
  const namesItself = policy.type === 'forking' || policy.pidFile !== undefined
  const outlivesMain =
    policy.remainAfterExit || policy.exitType === 'cgroup' || policy.commands.ExecStart.length > 1
  if (
    privatePids === 'no' ||
    namesItself ||
    outlivesMain ||
    policy.kill.mode === 'none' ||
    policy.kill.mode === 'process'
  )
    return false
  return privatePids === 'yes' || abilities.privatePids
}
