/** What some directives of systemd.exec(5) mean for others: dynamic users are locked in, protections take capabilities away. */
import type { ProcessSettings } from '../directives/tables.ts'
import { capabilities } from '../value-types/capability.ts'
import { namespaceKinds } from '../value-types/namespaces.ts'

/** The settings that `DynamicUser=yes` makes stricter. */
export const impliedProtection = (settings: ProcessSettings) =>
  settings.DynamicUser
    ? {
        PrivateTmp: true,
        RemoveIPC: true,
        ProtectSystem: 'strict' as const,
        ProtectHome: settings.ProtectHome === 'no' ? ('read-only' as const) : settings.ProtectHome,
        NoNewPrivileges: true,
        RestrictSUIDSGID: true,
      }
    : settings

/** What stays of the bounding set; undefined where nothing was taken from it. */
export const impliedBoundingSet = (settings: ProcessSettings): readonly string[] | undefined => {
  const taken = takenCapabilities(settings)
  const base = settings.CapabilityBoundingSet ?? capabilities
  const left = base.filter((name) => !taken.includes(name))
  return left.length === capabilities.length ? undefined : left
}

const takenCapabilities = (settings: ProcessSettings): readonly string[] => [
  ...(settings.PrivateDevices ? ['CAP_MKNOD', 'CAP_SYS_RAWIO'] : []),
  ...(settings.ProtectKernelModules ? ['CAP_SYS_MODULE'] : []),
  ...(settings.ProtectKernelLogs ? ['CAP_SYSLOG'] : []),
  ...(settings.ProtectClock ? ['CAP_SYS_TIME', 'CAP_WAKE_ALARM'] : []),
]

/**
 * Said, or implied: without CAP_SYS_ADMIN, what keeps a service from gaining rights by a set-uid program is implied by all
 * that such a program could undo.
 */
export const impliedNoNewPrivileges = (settings: ProcessSettings, isUnprivileged: boolean): boolean =>
  impliedProtection(settings).NoNewPrivileges || (isUnprivileged && couldBeUndone(settings))

const couldBeUndone = (settings: ProcessSettings): boolean =>
  settings.PrivateDevices ||
  settings.ProtectClock ||
  settings.ProtectHostname ||
  settings.ProtectKernelTunables ||
  settings.ProtectKernelModules ||
  settings.ProtectKernelLogs ||
  settings.RestrictRealtime ||
  settings.RestrictSUIDSGID ||
  settings.MemoryDenyWriteExecute ||
  settings.LockPersonality ||
  settings.SystemCallFilter !== undefined ||
  settings.SystemCallArchitectures.length > 0 ||
  settings.RestrictAddressFamilies !== undefined ||
  settings.RestrictNamespaces.length < namespaceKinds.length
