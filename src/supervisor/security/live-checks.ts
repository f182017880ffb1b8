/** Whether the process that runs has what its unit asks for: what is asked, against what the kernel says. Pure. */
import type { LiveMount, LiveProcess } from '../../executor/live-process.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { capabilitiesBehind } from '../../units/security/privilege-measures.ts'
import { capabilities } from '../../units/value-types/capability.ts'

type Service = NonNullable<LoadedUnit['service']>

/** What the process is found to be instead, in a few words; undefined: as it is asked, or it can't be seen. */
type Check = (live: LiveProcess, service: Service) => string | undefined

/** Of a measure that the unit takes. */
export function driftOf(measure: string, live: LiveProcess, service: Service): string | undefined {
  const behind = capabilitiesBehind.get(measure)
  if (behind !== undefined) return capabilityDrift(behind, live)
  return checks[measure]?.(live, service)
}

const checks: Readonly<Record<string, Check>> = {
  'User=': ({ uid }) => found(uid === 0, 'it runs as root'),
  'NoNewPrivileges=': ({ noNewPrivileges }) => found(!noNewPrivileges, 'it may gain privileges'),
  'UMask=': ({ umask }, { UMask }) =>
    found(umask !== UMask, `its umask is ${umask.toString(8).padStart(4, '0')}`),
  'SystemCallFilter=': unfiltered,
  'SystemCallArchitectures=': unfiltered,
  'RestrictNamespaces=': unfiltered,
  'RestrictAddressFamilies=': unfiltered,
  'MemoryDenyWriteExecute=': unfiltered,
  'RestrictSUIDSGID=': unfiltered,
  'LockPersonality=': unfiltered,
  'RestrictRealtime=': unfiltered,
  'ProtectClock=': unfiltered,
  'ProtectKernelLogs=': unfiltered,
  'PrivateNetwork=': namespace('net', 'network'),
  'PrivateIPC=': namespace('ipc', 'IPC'),
  'ProtectHostname=': namespace('uts', 'host name'),
  'PrivatePIDs=': namespace('pid', 'process'),
  'RootDirectory=': namespace('mnt', 'file'),
  'ProtectSystem=': (live, { ProtectSystem }) =>
    writable(live, ProtectSystem === 'strict' ? '/' : '/usr') ?? writable(live, '/usr'),
  'ProtectHome=': (live) =>
    found(
      mountAt(live, '/root')?.point !== '/root' && !isReadOnly(live, '/root'),
      'it sees /root as the host does',
    ),
  'PrivateTmp=': (live) => found(mountAt(live, '/tmp')?.point !== '/tmp', 'its /tmp is the host’s'),
  'PrivateDevices=': (live) =>
    found(mountAt(live, '/dev')?.type !== 'tmpfs' || !isReadOnly(live, '/dev'), 'its /dev is the host’s'),
  // Where /proc shows processes only, there is nothing to turn.
  'ProtectKernelTunables=': (live) =>
    hasProcOption(live, 'subset=pid') ? writable(live, '/sys') : writable(live, '/proc/sys'),
  'ProtectControlGroups=': (live) => writable(live, '/sys/fs/cgroup'),
  'ProtectKernelModules=': (live) => capabilityDrift(['CAP_SYS_MODULE'], live),
  'ProtectProc=': (live) => found(!hasProcOption(live, 'hidepid'), 'its /proc shows the processes of others'),
  'ProcSubset=': (live) => found(!hasProcOption(live, 'subset=pid'), 'its /proc shows more than processes'),
}

const found = (isSo: boolean, words: string): string | undefined => (isSo ? words : undefined)

/** Measures that are filters, or have one: the kernel tells that there are filters, and not which. */
function unfiltered({ isFiltered }: LiveProcess): string | undefined {
  return found(!isFiltered, 'no system call of it is filtered')
}

function namespace(kind: string, word: string): Check {
  return ({ ownNamespaces }) =>
    found(ownNamespaces?.includes(kind) === false, `its ${word} namespace is the daemon’s`)
}

function capabilityDrift(names: readonly string[], { boundingSet, noNewPrivileges, uid }: LiveProcess) {
  const held = names.filter((name) => ((boundingSet >> BigInt(capabilities.indexOf(name))) & 1n) === 1n)
  return found(held.length > 0 && !(noNewPrivileges && uid !== 0), `it could have ${held.join(', ')}`)
}

function writable(live: LiveProcess, path: string): string | undefined {
  return found(live.mounts.length > 0 && !isReadOnly(live, path), `${path} can be written to`)
}

const isReadOnly = (live: LiveProcess, path: string): boolean => mountAt(live, path)?.isReadOnly === true

/** The one that is seen there: of those that lead to it, the longest; of these, the last one made. */
function mountAt({ mounts }: LiveProcess, path: string): LiveMount | undefined {
  let best: LiveMount | undefined
  for (const mount of mounts) {
    const leadsThere = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`)
    if (leadsThere && mount.point.length >= (best?.point.length ?? 0)) best = mount
  }
  return best
}

const hasProcOption = (live: LiveProcess, wanted: string): boolean =>
  mountAt(live, '/proc')?.options.some((option) => option.startsWith(wanted)) === true
