/** What is wrong with the parameter of a condition, found before it is ever asked; the host does not matter to it. */
import type { ConditionFacts } from './facts.ts'
import { judge } from './judge.ts'
import { conditionKindOf, isPathKind } from './kinds.ts'

export interface ConditionProblem {
  /** `ignored`: systemd drops the condition; `never-met`: it stays and fails at each start, also with `!`. */
  readonly effect: 'ignored' | 'never-met'
  readonly message: string
}

/** Undefined for a parameter that makes sense; specifiers must have been expanded. */
export const conditionProblem = (directive: string, parameter: string): ConditionProblem | undefined => {
  const kind = conditionKindOf(directive)
  if (kind === undefined) return { effect: 'ignored', message: 'there is no such condition' }
  if (isPathKind(kind)) {
    if (parameter.startsWith('/')) return undefined
    return { effect: 'ignored', message: `wants an absolute path, got "${parameter}"` }
  }
  if (judge(kind, parameter, blankFacts) !== undefined) return undefined
  return {
    effect: 'never-met',
    message: `${wanted[kind] ?? 'has a parameter without meaning'}, got "${parameter}"`,
  }
}

const wanted: Readonly<Record<string, string>> = {
  ACPower: 'wants a boolean',
  FirstBoot: 'wants a boolean',
  Capability: 'wants the name of a capability',
  CPUs: 'wants a number, with an operator before it or none',
  Memory: 'wants a size, with an operator before it or none',
  KernelVersion: 'wants versions with operators, or patterns',
  OSRelease: 'wants KEY=value or KEY>=version',
  Firmware: 'wants a comparison in smbios-field()',
  MemoryPressure: 'wants a percentage and perhaps /10sec, /1min or /5min',
  CPUPressure: 'wants a percentage and perhaps /10sec, /1min or /5min',
  IOPressure: 'wants a percentage and perhaps /10sec, /1min or /5min',
}

/** A host that knows nothing. */
const blankFacts: ConditionFacts = {
  isPath: () => false,
  architecture: '',
  virtualization: { kind: 'none', id: 'none', hasPrivateUsers: false },
  hostname: '',
  machineId: '',
  kernelRelease: '',
  kernelCommandLine: '',
  osRelease: {},
  memoryBytes: 0,
  cpuCount: 0,
  cpuFeatures: new Set(),
  environment: {},
  uids: [],
  gids: [],
  uidOf: () => undefined,
  gidOf: () => undefined,
  firmware: { isUefi: false, hasDeviceTree: false, compatible: [], smbiosField: () => undefined },
  security: new Set(),
  capabilities: new Set(),
  isOnAcPower: false,
  isFirstBoot: false,
  cgroups: { isUnified: true, controllers: new Set() },
  credentials: new Set(),
  pressure: () => ({ avg10: 0, avg60: 0, avg300: 0 }),
}
