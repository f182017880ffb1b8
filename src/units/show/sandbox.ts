/** Properties of sandboxing (systemd.exec(5)), with what `DynamicUser=` and other directives imply. */
import type { ProcessSettings } from '../directives/tables.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { propagationBits, secureBitNames } from '../value-types/named-bits.ts'
import { namespaceKinds } from '../value-types/namespaces.ts'
import type { BindMount, NameFilter } from '../values.ts'
import type { Properties } from './form.ts'
import { impliedBoundingSet, impliedProtection } from './implied.ts'

export const sandboxProperties = (loaded: LoadedUnit, settings: ProcessSettings): Properties => ({
  ...protections(settings),
  ...paths(settings),
  ...privileges(loaded, settings),
  ...filters(settings),
})

const protections = (settings: ProcessSettings): Properties => {
  const implied = impliedProtection(settings)
  return {
    NoNewPrivileges: implied.NoNewPrivileges,
    PrivateTmp: implied.PrivateTmp,
    PrivateDevices: settings.PrivateDevices,
    PrivateNetwork: settings.PrivateNetwork,
    PrivateUsers: settings.PrivateUsers,
    PrivateMounts: settings.PrivateMounts ?? false,
    PrivateIPC: settings.PrivateIPC,
    ProtectSystem: implied.ProtectSystem,
    ProtectHome: implied.ProtectHome,
    ProtectClock: settings.ProtectClock,
    ProtectHostname: settings.ProtectHostname,
    ProtectKernelLogs: settings.ProtectKernelLogs,
    ProtectKernelModules: settings.ProtectKernelModules,
    ProtectKernelTunables: settings.ProtectKernelTunables,
    ProtectControlGroups: settings.ProtectControlGroups,
    ProtectProc: settings.ProtectProc,
    ProcSubset: settings.ProcSubset,
    RestrictSUIDSGID: implied.RestrictSUIDSGID,
    RemoveIPC: implied.RemoveIPC,
  }
}

const paths = (settings: ProcessSettings): Properties => ({
  ReadWritePaths: settings.ReadWritePaths,
  ReadOnlyPaths: settings.ReadOnlyPaths,
  InaccessiblePaths: settings.InaccessiblePaths,
  ExecPaths: settings.ExecPaths,
  NoExecPaths: settings.NoExecPaths,
  BindPaths: settings.BindPaths.map(shownBind),
  BindReadOnlyPaths: settings.BindReadOnlyPaths.map(shownBind),
  TemporaryFileSystem: settings.TemporaryFileSystem.map(({ path, options }) => [path, options]),
  MountFlags: settings.MountFlags === undefined ? 0 : propagationBits[settings.MountFlags],
})

/** MS_REC of mount(2). */
const recursiveBit = 16_384

const shownBind = ({ source, destination, optional, recursive }: BindMount): readonly unknown[] => [
  source,
  destination,
  optional,
  recursive ? recursiveBit : 0,
]

const privileges = (loaded: LoadedUnit, settings: ProcessSettings): Properties => ({
  CapabilityBoundingSet: impliedBoundingSet(settings) ?? 'all',
  AmbientCapabilities: settings.AmbientCapabilities,
  SecureBits: settings.SecureBits.reduce((bits, name) => bits | secureBitNames[name]!, 0),
  KeyringMode: settings.KeyringMode ?? (loaded.type === 'service' ? 'private' : 'shared'),
})

const filters = (settings: ProcessSettings): Properties => ({
  RestrictAddressFamilies: shownFilter(settings.RestrictAddressFamilies),
  RestrictNamespaces: shownNamespaces(settings.RestrictNamespaces),
  RestrictRealtime: settings.RestrictRealtime,
  LockPersonality: settings.LockPersonality,
  MemoryDenyWriteExecute: settings.MemoryDenyWriteExecute,
  SystemCallArchitectures: [...new Set(settings.SystemCallArchitectures)].sort(),
  SystemCallFilter: shownFilter(settings.SystemCallFilter),
  SystemCallErrorNumber: settings.SystemCallErrorNumber ?? 'kill',
})

const shownFilter = (filter: NameFilter | undefined): readonly unknown[] => [
  filter?.isAllowList ?? false,
  filter?.names ?? [],
]

const shownNamespaces = (allowed: readonly string[]): unknown => {
  if (allowed.length === namespaceKinds.length) return 'no'
  return allowed.length === 0 ? 'yes' : { allowed }
}
