/** Properties of control groups (systemd.resource-control(5)). */
import type { ProcessSettings, SliceSettings } from '../directives/tables.ts'
import type { HostFacts } from '../host-facts.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { defaultTasks } from '../value-types/bounded-size.ts'
import { controllers } from '../value-types/cgroup.ts'
import type { IpPrefix, SizeOrPercent } from '../values.ts'
import { amount, count, type Properties } from './form.ts'
import { sliceOf } from './slice-of.ts'

type Protection = Partial<Pick<ProcessSettings, 'PrivateDevices' | 'ProtectClock'>>

export const resourceProperties = (
  loaded: LoadedUnit,
  settings: SliceSettings & Protection,
  host: HostFacts,
): Properties => ({
  Slice: sliceOf(loaded, settings.Slice),
  Delegate: settings.Delegate.isDelegated,
  DelegateControllers: controllers.filter((name) => settings.Delegate.controllers.includes(name)),
  ...accounting(settings),
  ...weights(settings),
  ...memory(settings, host),
  TasksMax: amount(settings.TasksMax ?? tasksOf(loaded), host.pidLimit),
  ...devices(settings),
  IPAddressAllow: settings.IPAddressAllow.map(shownPrefix),
  IPAddressDeny: settings.IPAddressDeny.map(shownPrefix),
  ManagedOOMSwap: settings.ManagedOOMSwap,
  ManagedOOMMemoryPressure: settings.ManagedOOMMemoryPressure,
})

/** A slice holds many units: each of those has the default limit. */
const tasksOf = ({ type }: LoadedUnit): SizeOrPercent => (type === 'slice' ? unlimited : defaultTasks)

const accounting = (settings: SliceSettings): Properties => ({
  CPUAccounting: settings.CPUAccounting ?? true,
  MemoryAccounting: settings.MemoryAccounting ?? true,
  TasksAccounting: settings.TasksAccounting ?? true,
  IOAccounting: settings.IOAccounting ?? false,
  IPAccounting: settings.IPAccounting,
})

const weights = (settings: SliceSettings): Properties => ({
  CPUWeight: settings.CPUWeight ?? null,
  StartupCPUWeight: settings.StartupCPUWeight ?? null,
  ...(settings.CPUShares === undefined ? {} : { CPUShares: settings.CPUShares }),
  CPUQuotaPerSecUSec: settings.CPUQuota === undefined ? 'infinity' : Math.round(settings.CPUQuota * 1e4),
  CPUQuotaPeriodUSec: count(settings.CPUQuotaPeriodSec ?? Number.POSITIVE_INFINITY),
  AllowedCPUs: settings.AllowedCPUs,
  IOWeight: settings.IOWeight ?? null,
  StartupIOWeight: settings.StartupIOWeight ?? null,
})

const pageSize = 4096
const none: SizeOrPercent = { kind: 'absolute', value: 0 }
const unlimited: SizeOrPercent = { kind: 'absolute', value: Number.POSITIVE_INFINITY }

const memory = (settings: SliceSettings, host: HostFacts): Properties => {
  const bytes = (value: SizeOrPercent | undefined, byDefault: SizeOrPercent) =>
    amount(value ?? byDefault, host.memoryBytes, pageSize)
  return {
    MemoryMin: bytes(settings.MemoryMin, none),
    MemoryLow: bytes(settings.MemoryLow, none),
    MemoryHigh: bytes(settings.MemoryHigh, unlimited),
    MemoryMax: bytes(settings.MemoryMax, unlimited),
    MemorySwapMax: bytes(settings.MemorySwapMax, unlimited),
    ...(settings.MemoryLimit === undefined ? {} : { MemoryLimit: bytes(settings.MemoryLimit, unlimited) }),
  }
}

/** systemd keeps the newest rule first, and adds the clock's for `ProtectClock=` where there are any. */
const devices = (settings: SliceSettings & Protection): Properties => {
  const rules = settings.DeviceAllow.map(({ device, permissions }) => [device, permissions]).reverse()
  const isClosed = settings.PrivateDevices === true && settings.DevicePolicy === 'auto'
  const policy = isClosed ? 'closed' : settings.DevicePolicy
  const isRestricted = policy !== 'auto' || rules.length > 0
  return {
    DevicePolicy: policy,
    DeviceAllow: settings.ProtectClock && isRestricted ? [['char-rtc', 'r'], ...rules] : rules,
  }
}

/** Numbers of the kernel's address families. */
const familyNumbers = { IPv4: 2, IPv6: 10 } as const

const shownPrefix = ({ family, bytes, bits }: IpPrefix): readonly unknown[] => [
  familyNumbers[family],
  bytes,
  bits,
]
