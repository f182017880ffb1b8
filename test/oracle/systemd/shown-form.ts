/** Properties as D-Bus has them → the forms in which the oracle writes them and gitproc shows them (FORMAT.md of the oracle). */
import { capabilities } from '../../../src/units/value-types/capability.ts'
import { signalNames } from '../../../src/units/value-types/signal.ts'
import type { BusValue } from './bus-message.ts'

type Form = (value: BusValue) => unknown

/** A property of the given name; what needs no other form stays. */
export const shownForm = (name: string, value: BusValue): unknown => {
  const form = forms.find(([pattern]) => pattern.test(name))?.[1] ?? unlimited
  return form(value)
}

const rows = (value: BusValue): readonly (readonly BusValue[])[] => value as readonly (readonly BusValue[])[]

const most64 = '18446744073709551615'

const unlimited: Form = (value) => (value === most64 ? 'infinity' : value)

const objects =
  (...names: readonly string[]): Form =>
  (value) =>
    rows(value).map((row) => Object.fromEntries(names.map((name, at) => [name, unlimited(row[at]!)])))

const octal: Form = (value) => Number(value).toString(8).padStart(4, '0')

const shownSignal: Form = (value) => signalNames[Number(value)] || value

const bits = (value: BusValue): bigint => BigInt(value as string | number)

const bitNumbers = (mask: bigint): readonly number[] =>
  Array.from({ length: 64 }, (_, at) => at).filter((at) => (mask >> BigInt(at)) & 1n)

const capabilityNames: Form = (value) => bitNumbers(bits(value)).flatMap((at) => capabilities[at] ?? [])

const numbersOfBytes: Form = (value) =>
  (value as readonly number[]).flatMap((byte, at) =>
    Array.from({ length: 8 }, (_, bit) => bit).flatMap((bit) => ((byte >> bit) & 1 ? [at * 8 + bit] : [])),
  )

/** CLONE_NEW… of the kernel, in the order in which systemd names them. */
const namespaceBits = {
  cgroup: 0x02000000,
  ipc: 0x08000000,
  net: 0x40000000,
  mnt: 0x00020000,
  pid: 0x20000000,
  user: 0x10000000,
  uts: 0x04000000,
  time: 0x80,
}

const namespaces: Form = (value) => {
  if (value === most64) return 'no'
  const allowed = Object.entries(namespaceBits).filter(([, bit]) => (Number(value) & bit) !== 0)
  if (allowed.length === 7 && !allowed.some(([name]) => name === 'time')) return 'no'
  return allowed.length === 0 ? 'yes' : { allowed: allowed.map(([name]) => name) }
}

const command: Form = (value) =>
  rows(value).map(([path, argv, flags]) => ({
    path,
    argv,
    flags,
    ignore_failure: (flags as readonly string[]).includes('ignore-failure'),
  }))

const plainCommand: Form = (value) =>
  rows(value).map(([path, argv, ignoresFailure]) => ({ path, argv, ignore_failure: ignoresFailure }))

const exitStatuses: Form = (value) => {
  const [status, signals] = value as readonly [BusValue[], BusValue[]]
  return { status, signals: signals.map(shownSignal) }
}

/** SECCOMP_ERROR_NUMBER_KILL of systemd. */
const kills = 2_147_483_646

const deniedCallAnswer: Form = (value) => (value === kills ? 'kill' : value)

const fileName = (path: BusValue): string => String(path).slice(String(path).lastIndexOf('/') + 1)

const textOfBytes: Form = (value) => Buffer.from(value as number[]).toString()

/** The first pattern that fits. */
const forms: readonly (readonly [RegExp, Form])[] = [
  [
    /^(CPU|StartupCPU|IO|StartupIO|BlockIO|StartupBlockIO)Weight$/,
    (value) => (value === most64 ? null : value),
  ],
  [/^DropInPaths$/, (value) => (value as readonly BusValue[]).map(fileName)],
  [/^(Conditions|Asserts)$/, objects('type', 'trigger', 'negate', 'parameter')],
  [/^Exec\w+Ex$/, command],
  [/^Exec(Condition|Reload|St(art|op)(Pre|Post)?)$/, plainCommand],
  [/^EnvironmentFiles$/, objects('path', 'optional')],
  [/ExitStatus$/, (value) => (Array.isArray(value) ? exitStatuses(value) : value)],
  [/Signal$/, shownSignal],
  [/^UMask$|Mode$/, (value) => (typeof value === 'number' ? octal(value) : value)],
  [/^CapabilityBoundingSet$/, (value) => (isEvery(value) ? 'all' : capabilityNames(value))],
  [/^AmbientCapabilities$/, capabilityNames],
  [/^(CPUAffinity|\w*Allowed(CPUs|MemoryNodes))$/, numbersOfBytes],
  [/^RestrictNamespaces$/, namespaces],
  [/^SystemCallErrorNumber$/, deniedCallAnswer],
  [/^TimersCalendar$/, objects('base', 'spec')],
  [/^TimersMonotonic$/, objects('base', 'usec')],
  [/^Listen$/, objects('kind', 'address')],
  [/^Paths$/, objects('kind', 'path')],
  [/^LogExtraFields$/, (value) => (value as readonly BusValue[]).map(textOfBytes)],
]

const isEvery = (value: BusValue): boolean =>
  value === most64 || capabilities.every((_, at) => (bits(value) >> BigInt(at)) & 1n)
