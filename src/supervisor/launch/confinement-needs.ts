/** Which directives need what of the host, for those who say what is not enforced. Pure. */
import type { Abilities } from '../../executor/executor.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'

type Service = NonNullable<LoadedUnit['service']>

const byMounts = [
  'RootDirectory',
  'ReadWritePaths',
  'ReadOnlyPaths',
  'InaccessiblePaths',
  'ExecPaths',
  'NoExecPaths',
  'BindPaths',
  'BindReadOnlyPaths',
  'TemporaryFileSystem',
  'MountFlags',
  'ProtectSystem',
  'ProtectHome',
  'PrivateTmp',
  'PrivateDevices',
  'PrivateNetwork',
  'PrivateMounts',
  'PrivateIPC',
  'ProtectHostname',
  'ProtectKernelTunables',
  'ProtectControlGroups',
] as const satisfies readonly (keyof Service)[]

const byHelper = [
  'SecureBits',
  'KeyringMode',
  'TimerSlackNSec',
  'CPUSchedulingPolicy',
  'CPUSchedulingPriority',
  'CPUSchedulingResetOnFork',
  'CPUAffinity',
  'IOSchedulingClass',
  'IOSchedulingPriority',
] as const satisfies readonly (keyof Service)[]

const byFilter = [
  'SystemCallFilter',
  'SystemCallErrorNumber',
  'SystemCallArchitectures',
  'RestrictAddressFamilies',
  'RestrictRealtime',
  'RestrictSUIDSGID',
  'LockPersonality',
  'MemoryDenyWriteExecute',
] as const satisfies readonly (keyof Service)[]

/** Directives of the unit that this host can't do, each with the reason. */
export function confinementGaps(unit: LoadedUnit, abilities: Abilities): readonly string[] {
  const { service } = unit
  if (service === undefined) return []
  const gaps = (names: readonly (keyof Service)[], why: string): readonly string[] =>
    names.filter((name) => isAskedFor(service[name])).map((name) => `${name}= (${why})`)
  return [
    ...(abilities.mounts ? [] : gaps(byMounts, 'no namespaces for mounts can be made here')),
    ...(abilities.users && abilities.mounts
      ? []
      : gaps(['ProtectProc', 'ProcSubset'], 'only root can mount a /proc')),
    ...(unit.unit.JoinsNamespaceOf.length === 0 || (abilities.users && abilities.mounts)
      ? []
      : ['JoinsNamespaceOf= (only root can have namespaces in common, where mounts can be made)']),
    ...(abilities.systemCallFilters ? [] : gaps(byFilter, noFilters)),
    ...(abilities.systemCallFilters || service.RestrictNamespaces.length === 7
      ? []
      : [`RestrictNamespaces= (${noFilters})`]),
    ...(abilities.confinement ? [] : gaps(byHelper, 'there is no perl here')),
  ]
}

const noFilters = 'filters of system calls cannot be loaded here'

/** Set to something else than what an unset directive means. */
const isAskedFor = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : value !== undefined && value !== false && value !== 'no' && value !== 'default' && value !== 'all'
