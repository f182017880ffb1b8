/** Rows of control groups (systemd.resource-control(5)), written to cgroup v2. */
import { boolean } from '../value-types/boolean.ts'
import { cpuQuota, memoryLimit, memorySize, percentOfTime, taskLimit } from '../value-types/bounded-size.ts'
import {
  blockDeviceWeights,
  blockIoWeight,
  controllerNames,
  cpuShares,
  cpuWeight,
  delegation,
  deviceLatencies,
  deviceRates,
  deviceRules,
  deviceWeights,
  ioWeight,
  numberSet,
  onlyHeld,
} from '../value-types/cgroup.ts'
import { choice } from '../value-types/choice.ts'
import { ipPrefixes } from '../value-types/ip-prefix.ts'
import { opaqueWords } from '../value-types/mount-paths.ts'
import { absolutePaths } from '../value-types/path.ts'
import { timeSpan, timeSpanOrForever } from '../value-types/time.ts'
import { unitName } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { enforced, accepted, unsupported } = rowsOf('systemd.resource-control(5)')

const pressureAction = onlyHeld(choice(['auto', 'kill']))
const accounted = 'gitproc reads what the kernel counts'
const oldName = 'cgroup v2 has other weights'

export const resourceControlDirectives = {
  Slice: enforced(unitName(['slice']), 'restart'),
  Delegate: enforced(delegation, 'restart', { isDelegated: false, controllers: [] }),
  DelegateSubgroup: unsupported(opaqueWords, []),
  DisableControllers: enforced(controllerNames, 'live', []),

  CPUAccounting: accepted(boolean, undefined, accounted),
  MemoryAccounting: accepted(boolean, undefined, accounted),
  TasksAccounting: accepted(boolean, undefined, accounted),
  IOAccounting: accepted(boolean, undefined, accounted),
  IPAccounting: unsupported(boolean, false, 'no packets are counted'),
  BlockIOAccounting: accepted(boolean, false, accounted),

  CPUWeight: enforced(cpuWeight, 'live'),
  StartupCPUWeight: accepted(cpuWeight, undefined, 'gitproc has no phase of booting'),
  CPUQuota: enforced(cpuQuota, 'live'),
  CPUQuotaPeriodSec: enforced(timeSpanOrForever, 'live'),
  CPUShares: enforced(cpuShares, 'live'),
  StartupCPUShares: unsupported(cpuShares, undefined, oldName),
  AllowedCPUs: enforced(numberSet, 'live', []),
  StartupAllowedCPUs: accepted(numberSet, [], 'gitproc has no phase of booting'),
  AllowedMemoryNodes: enforced(numberSet, 'live', []),
  StartupAllowedMemoryNodes: accepted(numberSet, [], 'gitproc has no phase of booting'),

  MemoryMin: enforced(memorySize, 'live'),
  MemoryLow: enforced(memorySize, 'live'),
  MemoryHigh: enforced(memoryLimit, 'live'),
  MemoryMax: enforced(memoryLimit, 'live'),
  /** The old name of MemoryMax=, which counts where that is not set. */
  MemoryLimit: enforced(memoryLimit, 'live'),
  MemorySwapMax: enforced(memorySize, 'live'),
  MemoryZSwapMax: enforced(memorySize, 'live'),
  MemoryZSwapWriteback: unsupported(boolean, true),
  StartupMemoryLow: accepted(memorySize, undefined, 'gitproc has no phase of booting'),
  StartupMemoryHigh: accepted(memoryLimit, undefined, 'gitproc has no phase of booting'),
  StartupMemoryMax: accepted(memoryLimit, undefined, 'gitproc has no phase of booting'),
  StartupMemorySwapMax: accepted(memorySize, undefined, 'gitproc has no phase of booting'),
  DefaultMemoryMin: unsupported(memorySize, undefined, 'each unit has its own'),
  DefaultMemoryLow: unsupported(memorySize, undefined, 'each unit has its own'),
  TasksMax: enforced(taskLimit, 'live'),

  IOWeight: enforced(ioWeight, 'live'),
  StartupIOWeight: accepted(ioWeight, undefined, 'gitproc has no phase of booting'),
  IODeviceWeight: enforced(deviceWeights, 'live', []),
  IOReadBandwidthMax: enforced(deviceRates, 'live', []),
  IOWriteBandwidthMax: enforced(deviceRates, 'live', []),
  IOReadIOPSMax: enforced(deviceRates, 'live', []),
  IOWriteIOPSMax: enforced(deviceRates, 'live', []),
  IODeviceLatencyTargetSec: enforced(deviceLatencies, 'live', []),
  BlockIOWeight: enforced(blockIoWeight, 'live'),
  StartupBlockIOWeight: unsupported(blockIoWeight, undefined, oldName),
  BlockIODeviceWeight: enforced(blockDeviceWeights, 'live', []),
  BlockIOReadBandwidth: enforced(deviceRates, 'live', []),
  BlockIOWriteBandwidth: enforced(deviceRates, 'live', []),

  DevicePolicy: unsupported(choice(['auto', 'closed', 'strict']), 'auto'),
  DeviceAllow: unsupported(deviceRules, []),
  IPAddressAllow: unsupported(ipPrefixes, []),
  IPAddressDeny: unsupported(ipPrefixes, []),
  IPIngressFilterPath: unsupported(absolutePaths, []),
  IPEgressFilterPath: unsupported(absolutePaths, []),
  BPFProgram: unsupported(opaqueWords, []),
  NFTSet: unsupported(opaqueWords, []),
  SocketBindAllow: unsupported(opaqueWords, []),
  SocketBindDeny: unsupported(opaqueWords, []),
  RestrictNetworkInterfaces: unsupported(opaqueWords, []),
  ManagedOOMSwap: unsupported(pressureAction, 'auto'),
  ManagedOOMMemoryPressure: unsupported(pressureAction, 'auto'),
  ManagedOOMMemoryPressureLimit: unsupported(onlyHeld(percentOfTime)),
  ManagedOOMMemoryPressureDurationSec: unsupported(timeSpan),
  ManagedOOMPreference: unsupported(choice(['none', 'avoid', 'omit']), 'none'),
  MemoryPressureWatch: unsupported(choice(['auto', 'off', 'on', 'skip']), 'auto'),
  MemoryPressureThresholdSec: unsupported(timeSpan),
  CoredumpReceive: unsupported(boolean, false),
} as const
