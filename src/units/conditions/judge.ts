/** What each kind of condition asks of the facts. `undefined`: the parameter has no meaning, so it holds for neither sign. */
import { splitWords, type WordRules } from '../syntax/words.ts'
import { parseBoolean } from '../value-types/boolean.ts'
import { parseSize } from '../value-types/size.ts'
import type { ConditionFacts, PressureResource } from './facts.ts'
import { matchesGlob } from './glob.ts'
import { judgeAmount, parseWholeNumber } from './judge-amount.ts'
import { judgeKernelVersion, judgeOsRelease, judgeSmbiosField } from './judge-text.ts'
import { type ConditionKind, isPathKind } from './kinds.ts'
import { capabilityNumber, controllerNames } from './names.ts'
import { parsePressureLimit } from './pressure.ts'

type Judge = (parameter: string, facts: ConditionFacts) => boolean | undefined

export const judge = (kind: ConditionKind, parameter: string, facts: ConditionFacts): boolean | undefined =>
  isPathKind(kind) ? facts.isPath(kind, parameter) : judges[kind](parameter, facts)

const judges: Readonly<Record<Exclude<ConditionKind, Parameters<ConditionFacts['isPath']>[0]>, Judge>> = {
  Architecture: (parameter, facts) => parameter === 'native' || parameter === facts.architecture,
  Firmware: (parameter, facts) => judgeFirmware(parameter, facts),
  Virtualization: (parameter, facts) => judgeVirtualization(parameter, facts),
  Host: (parameter, { machineId, hostname }) =>
    /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(parameter)
      ? parameter.replaceAll('-', '').toLowerCase() === machineId
      : matchesGlob(parameter, hostname, true),
  KernelCommandLine: (parameter, facts) =>
    (splitWords(facts.kernelCommandLine, lenientWords) ?? []).some(
      (word) => word === parameter || (!parameter.includes('=') && word.startsWith(`${parameter}=`)),
    ),
  KernelVersion: (parameter, facts) => judgeKernelVersion(parameter, facts.kernelRelease),
  Credential: (parameter, facts) => facts.credentials.has(parameter),
  Environment: (parameter, { environment }) => {
    const [name = '', value] = splitOnce(parameter, '=')
    return value === undefined ? environment[name] !== undefined : environment[name] === value
  },
  Security: (parameter, facts) => facts.security.has(parameter),
  Capability: (parameter, facts) => {
    const number = capabilityNumber(parameter)
    return number === undefined ? undefined : facts.capabilities.has(number)
  },
  ACPower: (parameter, facts) => sameAs(parseBoolean(parameter), facts.isOnAcPower),
  FirstBoot: (parameter, facts) => sameAs(parseBoolean(parameter), facts.isFirstBoot),
  User: (parameter, facts) => {
    if (parameter === '@system') return facts.uids.some((uid) => uid <= lastSystemUid)
    const uid = isId(parameter) ? Number(parameter) : facts.uidOf(parameter)
    return uid !== undefined && facts.uids.includes(uid)
  },
  Group: (parameter, facts) => {
    const gid = isId(parameter) ? Number(parameter) : facts.gidOf(parameter)
    return gid !== undefined && facts.gids.includes(gid)
  },
  ControlGroupController: (parameter, { cgroups }) => {
    if (parameter === 'v1' || parameter === 'v2') return cgroups.isUnified === (parameter === 'v2')
    // Names that systemd does not know are left out of the question.
    const wanted = parameter.split(/[ \t\n\r]+/).filter((name) => controllerNames.has(name))
    return wanted.every((name) => cgroups.controllers.has(name))
  },
  CPUs: (parameter, facts) => judgeAmount(facts.cpuCount, parameter, parseWholeNumber),
  Memory: (parameter, facts) => judgeAmount(facts.memoryBytes, parameter, parseSize),
  CPUFeature: (parameter, facts) => facts.cpuFeatures.has(parameter.toLowerCase()),
  OSRelease: (parameter, facts) => judgeOsRelease(parameter, facts.osRelease),
  MemoryPressure: (parameter, facts) => judgePressure('memory', parameter, facts),
  CPUPressure: (parameter, facts) => judgePressure('cpu', parameter, facts),
  IOPressure: (parameter, facts) => judgePressure('io', parameter, facts),
}

/** A number with a zero before it is a name. */
const isId = (text: string): boolean => /^(?:0|[1-9]\d*)$/.test(text)

/** Ids below ordinary users'. */
const lastSystemUid = 999

const lenientWords: WordRules = { quotes: true, escapes: false, allowOpenQuote: true }

const judgeFirmware: Judge = (parameter, { firmware }) => {
  if (parameter === 'uefi') return firmware.isUefi
  if (parameter === 'device-tree') return firmware.hasDeviceTree
  const [, call, argument] = /^(device-tree-compatible|smbios-field)\((.*)$/s.exec(parameter) ?? []
  if (argument === undefined) return false
  if (!argument.endsWith(')')) return call === 'smbios-field' ? undefined : false
  const inner = argument.slice(0, -1)
  if (call === 'device-tree-compatible') return firmware.compatible.includes(inner)
  return judgeSmbiosField(inner, firmware.smbiosField)
}

const judgeVirtualization: Judge = (parameter, { virtualization }) => {
  const wanted = parseBoolean(parameter)
  if (wanted !== undefined) return wanted === (virtualization.kind !== 'none')
  if (parameter === 'private-users') return virtualization.hasPrivateUsers
  if (parameter === 'vm' || parameter === 'container') return virtualization.kind === parameter
  return parameter === virtualization.id
}

/** Where the kernel measures nothing there is no pressure to speak of. */
const judgePressure = (
  resource: PressureResource,
  parameter: string,
  facts: ConditionFacts,
): boolean | undefined => {
  if (facts.pressure(resource, undefined) === undefined) return true
  const limit = parsePressureLimit(parameter)
  if (limit === undefined) return undefined
  const actual = facts.pressure(resource, limit.slice || undefined)
  return actual === undefined || actual[limit.window] <= limit.percent
}

const sameAs = (wanted: boolean | undefined, actual: boolean): boolean | undefined =>
  wanted === undefined ? undefined : wanted === actual

const splitOnce = (text: string, separator: string): [string, string | undefined] => {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
