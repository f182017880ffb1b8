/** A unit's directives about privileges and isolation → the sandbox that the executor builds. Pure. */
import type { Confinement, JoinedNamespace, Namespace } from '../../executor/confinement.ts'
import type { Abilities } from '../../executor/executor.ts'
import type { Sandbox } from '../../executor/launch-spec.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { impliedBoundingSet, impliedNoNewPrivileges } from '../../units/show/implied.ts'
import { secureBitNames } from '../../units/value-types/named-bits.ts'
import type { ExecCommand } from '../../units/values.ts'
import { mountRulesOf, type RunFolders } from './mount-rules-of.ts'
import { systemCallRulesOf } from './system-call-rules.ts'

type Service = NonNullable<LoadedUnit['service']>

export interface SandboxInputs {
  readonly service: Service
  readonly command: Pick<ExecCommand, 'privileged' | 'noSetuid'>
  readonly privatePids: boolean
  /** Whether the command runs as somebody else than root. */
  readonly isUnprivileged: boolean
  /** Whether the daemon is root: an ordinary user has no capabilities that could be taken away. */
  readonly isRoot: boolean
  readonly abilities: Pick<Abilities, 'mounts' | 'confinement' | 'systemCallFilters'>
  /** systemd's word: `x86-64`. */
  readonly architecture: string
  readonly folders: RunFolders
  /** JoinsNamespaceOf=: instead of new ones. */
  readonly joins?: readonly JoinedNamespace[]
}

export function sandboxOf(inputs: SandboxInputs): Sandbox {
  const { service, command, privatePids, abilities } = inputs
  // `+`: with full privileges, in no sandbox (systemd.service(5)).
  if (command.privileged) return { privatePids, noNewPrivileges: false }
  const bounding =
    inputs.isRoot || service.CapabilityBoundingSet !== undefined ? impliedBoundingSet(service) : undefined
  const ambient = service.AmbientCapabilities.map(toolName)
  // Another root directory is never left out: where it can't be had, the launch is refused.
  const isConfined = abilities.confinement || service.RootDirectory !== undefined
  const confinement = isConfined ? confinementOf(inputs) : undefined
  return {
    privatePids,
    noNewPrivileges: impliedNoNewPrivileges(service, inputs.isUnprivileged),
    ...(bounding === undefined ? {} : { capabilityBoundingSet: bounding.map(toolName) }),
    ...(ambient.length === 0 ? {} : { ambientCapabilities: ambient }),
    ...(confinement === undefined ? {} : { confinement }),
  }
}

/** `CAP_NET_RAW` → `net_raw`. */
const toolName = (name: string): string => name.slice('CAP_'.length).toLowerCase()

function confinementOf(inputs: SandboxInputs): Confinement | undefined {
  const { service, abilities, folders, joins = [] } = inputs
  const { RootDirectory, MountFlags, SecureBits } = service
  // Only root may mount a /proc of a namespace that it did not make.
  const rules = mountRulesOf(service, folders).filter(
    (rule) => inputs.isRoot || rule.kind !== 'kernel' || rule.type !== 'proc',
  )
  // Folders that may be written to ask for nothing by themselves.
  const mounts = rules.some((rule) => rule.kind !== 'access' || rule.access !== 'read-write') ? rules : []
  const secureBits = SecureBits.reduce((sum, name) => sum + (secureBitNames[name] ?? 0), 0)
  const { KeyringMode } = service
  const systemCalls = abilities.systemCallFilters
    ? systemCallRulesOf(service, inputs.architecture)
    : undefined
  const confinement: Confinement = {
    ...(RootDirectory === undefined ? {} : { rootDirectory: RootDirectory }),
    namespaces: abilities.mounts ? namespacesOf(service, joins) : [],
    ...(joins.length === 0 ? {} : { joins }),
    mounts: abilities.mounts ? mounts : [],
    ...(MountFlags === undefined || !abilities.mounts
      ? {}
      : { propagation: MountFlags as NonNullable<Confinement['propagation']> }),
    ...(secureBits === 0 ? {} : { secureBits }),
    ...(KeyringMode === 'private' || KeyringMode === 'shared' ? { keyring: KeyringMode } : {}),
    ...(systemCalls === undefined ? {} : { systemCalls }),
    ...schedulingOf(service),
  }
  const { namespaces, mounts: planned, ...rest } = confinement
  const isNothing = namespaces.length + planned.length + Object.keys(rest).length === 0
  return isNothing ? undefined : confinement
}

function namespacesOf(service: Service, joins: readonly JoinedNamespace[]): readonly Namespace[] {
  const wanted: readonly (readonly [Namespace, boolean])[] = [
    ['mount', service.PrivateMounts === true],
    ['net', service.PrivateNetwork],
    ['ipc', service.PrivateIPC],
    ['uts', service.ProtectHostname],
  ]
  return wanted.flatMap(([namespace, isWanted]) =>
    isWanted && !joins.some(({ kind }) => kind === namespace) ? [namespace] : [],
  )
}

function schedulingOf(service: Service): Partial<Confinement> {
  const { CPUSchedulingPolicy, CPUSchedulingPriority, CPUSchedulingResetOnFork, CPUAffinity } = service
  const { IOSchedulingClass, IOSchedulingPriority, TimerSlackNSec } = service
  const hasCpu =
    CPUSchedulingPolicy !== undefined || CPUSchedulingPriority !== undefined || CPUSchedulingResetOnFork
  const hasIo = IOSchedulingClass !== undefined || IOSchedulingPriority !== undefined
  return {
    ...(hasCpu
      ? {
          cpuScheduler: {
            policy: CPUSchedulingPolicy ?? 0,
            priority: isRealTime(CPUSchedulingPolicy) ? Math.max(1, CPUSchedulingPriority ?? 1) : 0,
            resetOnFork: CPUSchedulingResetOnFork,
          },
        }
      : {}),
    ...(CPUAffinity.length === 0 ? {} : { cpus: CPUAffinity }),
    // Without a class it is best-effort, and 4 the middle of its levels.
    ...(hasIo ? { ioPriority: { class: IOSchedulingClass || 2, level: IOSchedulingPriority ?? 4 } } : {}),
    ...(TimerSlackNSec === undefined ? {} : { timerSlackNs: TimerSlackNSec }),
  }
}

/** fifo and rr, whose priorities begin at 1; the others have but 0 (sched(7)). */
const isRealTime = (policy: number | undefined): boolean => policy === 1 || policy === 2
