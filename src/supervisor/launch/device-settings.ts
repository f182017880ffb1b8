/** Limits and weights for single devices as lines of cgroup v2 (systemd.resource-control(5)): `/dev/sda rbps=1000`. Pure. */
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { DeviceLimit } from '../../units/values.ts'

type Limits = NonNullable<LoadedUnit['service'] | LoadedUnit['slice']>

/** Keys of io.max, and the directives that decide them, the older one last. */
const rates = {
  rbps: ['IOReadBandwidthMax', 'BlockIOReadBandwidth'],
  wbps: ['IOWriteBandwidthMax', 'BlockIOWriteBandwidth'],
  riops: ['IOReadIOPSMax'],
  wiops: ['IOWriteIOPSMax'],
} as const

export function rateLines(limits: Limits): readonly string[] {
  const byDevice = new Map<string, string[]>()
  for (const [key, directives] of Object.entries(rates)) {
    const chosen = directives.map((name) => limits[name]).find((list) => list.length > 0) ?? []
    for (const { device, value } of chosen) {
      const text = Number.isFinite(value) ? String(value) : 'max'
      byDevice.set(device, [...(byDevice.get(device) ?? []), `${key}=${text}`])
    }
  }
  return [...byDevice].map(([device, words]) => [device, ...words].join(' '))
}

/** Every key of the devices that have lines, taken back. */
export const freeRates = (text: string): string =>
  devicesIn(text)
    .map((device) => [device, ...Object.keys(rates).map((key) => `${key}=max`)].join(' '))
    .join('\n')

export function weightLines(limits: Limits): readonly string[] {
  const { IODeviceWeight, BlockIODeviceWeight } = limits
  const old = BlockIODeviceWeight.map(({ device, value }) => ({ device, value: fromBlockIo(value) }))
  return linesOf(IODeviceWeight.length > 0 ? IODeviceWeight : old)
}

export const freeWeights = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.startsWith('/') ? `${deviceOf(line)} default` : 'default 100'))
    .join('\n')

/** BlockIOWeight= has 500 where IOWeight= has 100. */
export const fromBlockIo = (weight: number): number =>
  Math.min(10_000, Math.max(1, Math.floor((weight * 100) / 500)))

/** CPUShares= has 1024 where CPUWeight= has 100. */
export const fromShares = (shares: number): number =>
  Math.min(10_000, Math.max(1, Math.floor((shares * 100) / 1024)))

export const latencyLines = ({ IODeviceLatencyTargetSec }: Limits): readonly string[] =>
  IODeviceLatencyTargetSec.map(({ device, value }) => `${device} target=${value}`)

export const freeLatencies = (text: string): string =>
  devicesIn(text)
    .map((device) => `${device} target=0`)
    .join('\n')

const linesOf = (limits: readonly DeviceLimit[]): readonly string[] =>
  limits.map(({ device, value }) => `${device} ${value}`)

const devicesIn = (text: string): readonly string[] => text.split('\n').map(deviceOf)

/** What a line is about: a path, spaces and all, up to its first key. */
const deviceOf = (line: string): string => line.replace(/ (?:\S+=.*|\d+|default)$/, '')
