/** SystemCallFilter= and its kin (systemd.exec(5), SYSTEM CALL FILTERING), and what protections deny by the way. Pure. */
import type { SystemCallRules } from '../../executor/confinement.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { impliedProtection } from '../../units/show/implied.ts'
import { addressFamilyNumber } from '../../units/value-types/address-family.ts'
import { parseErrno } from '../../units/value-types/errno.ts'
import { namespaceKinds } from '../../units/value-types/namespaces.ts'
import { systemCallsIn } from '../../units/value-types/system-call.ts'
import type { NameFilter } from '../../units/values.ts'

type Service = NonNullable<LoadedUnit['service']>

/** Undefined where nothing is denied. */
export function systemCallRulesOf(service: Service, architecture: string): SystemCallRules | undefined {
  const { SystemCallFilter, RestrictAddressFamilies } = service
  const rules: SystemCallRules = {
    ...(SystemCallFilter === undefined ? {} : { filter: filterOf(SystemCallFilter) }),
    denial: service.SystemCallErrorNumber ?? 'kill',
    ...(RestrictAddressFamilies === undefined
      ? {}
      : { addressFamilies: familiesOf(RestrictAddressFamilies) }),
    deniedNamespaces: deniedNamespaces(service.RestrictNamespaces),
    deniesWriteExecute: service.MemoryDenyWriteExecute,
    deniesRealtime: service.RestrictRealtime,
    deniesSetuidFiles: impliedProtection(service).RestrictSUIDSGID,
    locksPersonality: service.LockPersonality,
    deniedCalls: deniedCalls(service),
    isNativeOnly: isNativeOnly(service.SystemCallArchitectures, architecture),
  }
  return deniesSomething(rules) ? rules : undefined
}

const deniesSomething = (rules: SystemCallRules): boolean =>
  rules.filter !== undefined ||
  rules.addressFamilies !== undefined ||
  rules.deniedNamespaces !== 0 ||
  rules.deniesWriteExecute ||
  rules.deniesRealtime ||
  rules.deniesSetuidFiles ||
  rules.locksPersonality ||
  rules.deniedCalls.length > 0 ||
  rules.isNativeOnly

/** Errors by number. */
const filterOf = ({ isAllowList, names }: NameFilter) => ({
  isAllowList,
  names: names.map((entry) => {
    const [call, answer] = entry.split(':')
    return answer === undefined || answer === 'kill' ? entry : `${call}:${parseErrno(answer)}`
  }),
})

const familiesOf = ({ isAllowList, names }: NameFilter) => ({
  isAllowList,
  numbers: names.flatMap((name) => addressFamilyNumber(name) ?? []),
})

/** CLONE_NEW… of clone(2). */
const namespaceFlags: Readonly<Record<string, number>> = {
  mnt: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
  net: 0x40000000,
}

const deniedNamespaces = (allowed: readonly string[]): number =>
  namespaceKinds
    .filter((kind) => !allowed.includes(kind))
    .reduce((sum, kind) => sum + (namespaceFlags[kind] ?? 0), 0)

const deniedCalls = (service: Service): readonly (readonly string[])[] => [
  ...(service.ProtectHostname ? [['sethostname', 'setdomainname']] : []),
  ...(service.ProtectClock ? [systemCallsIn('@clock')] : []),
  ...(service.ProtectKernelLogs ? [['syslog']] : []),
  ...(service.ProtectKernelModules ? [systemCallsIn('@module')] : []),
  ...(service.PrivateDevices ? [systemCallsIn('@raw-io')] : []),
]

/** Programs of other architectures are kept out where only the host's own is named. */
const isNativeOnly = (names: readonly string[], architecture: string): boolean =>
  names.length > 0 && names.every((name) => name === 'native' || name === architecture)
