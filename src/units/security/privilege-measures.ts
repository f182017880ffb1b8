/** Who a service is, and what it may ask of the kernel. */
import { impliedBoundingSet, impliedNoNewPrivileges, impliedProtection } from '../show/implied.ts'
import { capabilities } from '../value-types/capability.ts'
import { type Measure, type Service, yesNo } from './measure.ts'

export const isUnprivileged = ({ User, DynamicUser }: Service): boolean =>
  DynamicUser || (User !== undefined && User !== 'root' && User !== '0')

/** Nothing that it executes makes it more than it is. */
const isContained = (service: Service): boolean => impliedNoNewPrivileges(service, isUnprivileged(service))

export const identityMeasures: readonly Measure[] = [
  {
    name: 'User=',
    weight: 10,
    grip: (service) => yesNo(isUnprivileged(service)),
    closed: 'it runs as a user without power over others',
    open: 'it runs as root: what it is made to do, the whole host does',
  },
  {
    name: 'NoNewPrivileges=',
    weight: 6,
    grip: (service) => yesNo(isContained(service)),
    closed: 'set-uid programs give it nothing',
    open: 'a set-uid program can make it more than it is',
  },
  {
    name: 'UMask=',
    weight: 2,
    grip: ({ UMask = 0o022 }) => yesNo((UMask & 0o007) === 0o007),
    closed: 'others can’t read the files that it makes',
    open: 'everybody can read the files that it makes',
  },
  {
    name: 'KeyringMode=',
    weight: 1,
    grip: ({ KeyringMode }) => yesNo(KeyringMode === 'private'),
    closed: 'it has a keyring of its own',
    open: 'it shares the keyring of its user, or of the daemon',
  },
]

/** Capabilities that come to the same thing for an intruder, what they are good for, and how much that is. */
const powers = [
  ['CAP_SYS_ADMIN', 8, 'mount, and undo its own sandbox', ['CAP_SYS_ADMIN']],
  ['CAP_SETUID', 5, 'become any user', ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_SETFCAP']],
  [
    'CAP_DAC_OVERRIDE',
    5,
    'read and change files of any user',
    ['CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_CHOWN', 'CAP_FOWNER', 'CAP_FSETID'],
  ],
  ['CAP_SYS_PTRACE', 5, 'read and change other processes', ['CAP_SYS_PTRACE']],
  ['CAP_SYS_MODULE', 4, 'put code into the kernel', ['CAP_SYS_MODULE', 'CAP_BPF', 'CAP_PERFMON']],
  ['CAP_SYS_RAWIO', 4, 'reach the hardware by itself', ['CAP_SYS_RAWIO', 'CAP_MKNOD']],
  ['CAP_NET_ADMIN', 3, 'change addresses, routes and firewalls', ['CAP_NET_ADMIN']],
  ['CAP_NET_RAW', 2, 'forge packets and read those of others', ['CAP_NET_RAW']],
  ['CAP_KILL', 2, 'end processes of any user', ['CAP_KILL']],
  ['CAP_SYS_TIME', 2, 'set the clock', ['CAP_SYS_TIME', 'CAP_WAKE_ALARM']],
  ['CAP_SYS_RESOURCE', 1, 'raise its own limits', ['CAP_SYS_RESOURCE', 'CAP_SYS_NICE']],
  ['CAP_SYS_BOOT', 1, 'restart the host', ['CAP_SYS_BOOT', 'CAP_SYS_PACCT', 'CAP_SYSLOG']],
] as const

/** Row → the capabilities that are behind it. */
export const capabilitiesBehind: ReadonlyMap<string, readonly string[]> = new Map(
  powers.map(([first, , , names]) => [rowOf(first), names]),
)

function rowOf(capability: string): string {
  return `CapabilityBoundingSet=~${capability}`
}

export const capabilityMeasures: readonly Measure[] = powers.map(([first, weight, power, names]) => ({
  name: rowOf(first),
  weight,
  grip: (service) => yesNo(!hasAny(service, names)),
  closed: `it can’t ${power}`,
  open: `it could ${power}`,
}))

/** Of another user the bounding set counts only where it could become more than it is. */
function hasAny(service: Service, names: readonly string[]): boolean {
  const { AmbientCapabilities } = service
  if (isUnprivileged(service) && isContained(service))
    return names.some((name) => AmbientCapabilities.includes(name))
  const bounding = impliedBoundingSet(service) ?? capabilities
  return names.some((name) => bounding.includes(name))
}

export const systemCallMeasures: readonly Measure[] = [
  {
    name: 'SystemCallFilter=',
    weight: 8,
    grip: ({ SystemCallFilter }) =>
      SystemCallFilter === undefined ? 'open' : SystemCallFilter.isAllowList ? 'closed' : 'partly',
    closed: 'it makes the system calls that are listed, and no others',
    partly: 'some system calls are taken away; an allow list would leave but those that it needs',
    open: 'all system calls of the kernel are open to it',
  },
  {
    name: 'SystemCallArchitectures=',
    weight: 3,
    grip: ({ SystemCallArchitectures }) => yesNo(SystemCallArchitectures.length > 0),
    closed: 'no filter is gone around by calls of another architecture',
    open: 'calls of other architectures (32 bit) are open to it',
  },
  {
    name: 'RestrictNamespaces=',
    weight: 5,
    grip: ({ RestrictNamespaces }) =>
      RestrictNamespaces.length === 0 ? 'closed' : RestrictNamespaces.length < 7 ? 'partly' : 'open',
    closed: 'it makes no namespaces',
    partly: 'it makes some kinds of namespaces',
    open: 'it can make namespaces, in which it is root before the kernel',
  },
  {
    name: 'RestrictAddressFamilies=',
    weight: 5,
    grip: ({ RestrictAddressFamilies: families }) =>
      families === undefined ? 'open' : families.isAllowList ? 'closed' : 'partly',
    closed: 'it has sockets of the listed families, and no others',
    partly: 'some families of sockets are taken away',
    open: 'rare families of sockets, with all their faults, are open to it',
  },
  {
    name: 'MemoryDenyWriteExecute=',
    weight: 3,
    grip: ({ MemoryDenyWriteExecute }) => yesNo(MemoryDenyWriteExecute),
    closed: 'what it writes to memory is never executed',
    open: 'it can make code at run time, as an intruder likes to',
  },
  {
    name: 'RestrictSUIDSGID=',
    weight: 3,
    grip: (service) => yesNo(impliedProtection(service).RestrictSUIDSGID),
    closed: 'it makes no set-uid files',
    open: 'it can leave set-uid files behind',
  },
  {
    name: 'LockPersonality=',
    weight: 2,
    grip: ({ LockPersonality }) => yesNo(LockPersonality),
    closed: 'it can’t change how the kernel runs it',
    open: 'it can switch old, lenient ways of the kernel on',
  },
  {
    name: 'RestrictRealtime=',
    weight: 1,
    grip: ({ RestrictRealtime }) => yesNo(RestrictRealtime),
    closed: 'it can’t keep a processor for itself',
    open: 'a realtime schedule can keep a processor from all others',
  },
]
